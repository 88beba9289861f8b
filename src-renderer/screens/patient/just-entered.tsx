// What has just been stored, where it can be undone after the message has gone.
import { Button, Text } from '@mantine/core';
import { IconArrowBackUp } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { Observation } from '../../../src-main/contract/models.ts';
import { displayUnitFor, formatValue } from '../../../src-main/vitals/units.ts';
import { clockText } from '../../charts/clinic-time.ts';
import { consoleClient } from '../../client/index.ts';
import { fieldTitle } from './entry-form.ts';
import classes from './entry-section.module.css';
import type { Here } from './use-patient.ts';

/** Retracts every one that still stands; the values stay stored with the reason. */
export async function undoEntries(entered: readonly Observation[]): Promise<readonly Observation[]> {
  const standing = entered.filter(({ retractedAtMs }) => retractedAtMs === null);
  return Promise.all(
    standing.map(({ observationId }) => consoleClient().send('observation.retract', { observationId, reason: 'undone by user' })),
  );
}

/** Where the focus goes once the values are stored and the form is empty. */
export const JUST_ENTERED = 'just-entered';

interface JustEnteredProps {
  readonly entered: readonly Observation[];
  readonly here: Here;
  readonly onUndo: (entered: readonly Observation[]) => void;
}

export function JustEntered({ entered, here, onUndo }: JustEnteredProps): ReactElement | null {
  const [first] = entered;
  if (!first) return null;
  const standing = entered.filter(({ retractedAtMs }) => retractedAtMs === null);
  return (
    <div className={classes.entered} role="status" id={JUST_ENTERED} tabIndex={-1}>
      <Text size="sm">
        <b>{standing.length === 0 ? 'Undone' : 'Stored'}</b> at {clockText(first.recordedAtMs, here.settings.timeZone)}:{' '}
        {entered
          .map((one) => `${fieldTitle(one.kind)} ${formatValue(one.kind, one.value, displayUnitFor(one.kind, here.settings))}`)
          .join(', ')}
      </Text>
      {standing.length > 0 ? (
        <Button size="compact-sm" variant="default" leftSection={<IconArrowBackUp size={15} />} onClick={() => onUndo(standing)}>
          Undo
        </Button>
      ) : null}
    </div>
  );
}
