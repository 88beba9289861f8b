// Chooses since when a device is, or is not, somebody's.
import { Input, SegmentedControl, Stack, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { wallInputText } from '../../charts/clinic-time.ts';
import type { SinceDraft } from './since.ts';

interface SinceChoiceProps {
  readonly label: string;
  readonly draft: SinceDraft;
  readonly onChange: (draft: SinceDraft) => void;
  /** What is wrong with the time; empty where nothing is. */
  readonly problem: string;
  /** Where the field begins once an earlier time is chosen, UTC ms. */
  readonly startMs: number;
  readonly timeZone: string;
}

export function SinceChoice({ label, draft, onChange, problem, startMs, timeZone }: SinceChoiceProps): ReactElement {
  return (
    <Stack gap="xs" align="flex-start">
      <div>
        <Input.Label component="div">{label}</Input.Label>
        <div>
          <SegmentedControl
            aria-label={label}
            value={draft.earlier ? 'earlier' : 'now'}
            data={[
              { value: 'now', label: 'From now on' },
              { value: 'earlier', label: 'Since an earlier time' },
            ]}
            onChange={(chosen) =>
              onChange({ earlier: chosen === 'earlier', text: chosen === 'earlier' ? wallInputText(startMs, timeZone) : '' })
            }
          />
        </div>
      </div>
      {draft.earlier && (
        <TextInput
          type="datetime-local"
          label="Since"
          description={`Clinic time, ${timeZone}`}
          value={draft.text}
          error={problem === '' ? null : problem}
          onChange={(event) => onChange({ earlier: true, text: event.currentTarget.value })}
        />
      )}
    </Stack>
  );
}
