// Choosing a period: one press for the usual ones, two fields on the clinic's clock for any other.
import { Button, SegmentedControl, Text, TextInput } from '@mantine/core';
import { type ReactElement, useState } from 'react';
import type { Span } from '../../charts/chart-option.ts';
import { wallInputText } from '../../charts/clinic-time.ts';
import classes from './period-picker.module.css';
import { PERIODS, type PeriodName, periodEndingAt, readPeriod } from './periods.ts';

interface PeriodPickerProps {
  readonly value: PeriodName;
  readonly span: Span;
  readonly timeZone: string;
  readonly nowMs: number;
  readonly onChange: (name: PeriodName, span: Span) => void;
}

export function PeriodPicker({ value, span, timeZone, nowMs, onChange }: PeriodPickerProps): ReactElement {
  const [custom, setCustom] = useState<{ readonly from: string; readonly to: string } | null>(null);
  const [problem, setProblem] = useState('');
  const choose = (name: string): void => {
    setProblem('');
    if (name === 'custom') {
      setCustom({ from: wallInputText(span.fromMs, timeZone), to: wallInputText(span.toMs, timeZone) });
      return;
    }
    setCustom(null);
    onChange(name as PeriodName, periodEndingAt(name as PeriodName, nowMs));
  };
  const apply = (): void => {
    if (!custom) return;
    const read = readPeriod(custom.from, custom.to, timeZone, nowMs);
    setProblem(read.ok ? '' : read.message);
    if (read.ok) onChange('custom', read.span);
  };
  return (
    <div className={classes.picker}>
      <SegmentedControl
        aria-label="Period"
        value={custom ? 'custom' : value}
        onChange={choose}
        data={[...PERIODS.map(({ value: name, label }) => ({ value: name, label })), { value: 'custom', label: 'Custom' }]}
      />
      {custom ? (
        <form
          className={classes.custom}
          onSubmit={(event) => {
            event.preventDefault();
            apply();
          }}
        >
          <TextInput
            type="datetime-local"
            label="From"
            value={custom.from}
            onChange={(event) => setCustom({ ...custom, from: event.currentTarget.value })}
          />
          <TextInput
            type="datetime-local"
            label="To"
            value={custom.to}
            onChange={(event) => setCustom({ ...custom, to: event.currentTarget.value })}
          />
          <Button type="submit">Show</Button>
          <Text size="sm" c="dimmed">
            Clinic time, {timeZone}
          </Text>
          {problem === '' ? null : (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {problem}
            </Text>
          )}
        </form>
      ) : null}
    </div>
  );
}
