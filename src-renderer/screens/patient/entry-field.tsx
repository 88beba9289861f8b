// One field of the entry form: number with its unit or a choice, the verdict beneath, and the device value it may stand in for.
import { Checkbox, Select, Text, TextInput } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { CurrentValue } from '../../../src-main/contract/models.ts';
import type { ObservationKind } from '../../../src-main/vitals/inputs.ts';
import { isVital } from '../../../src-main/vitals/units.ts';
import { displayUnitOf, valueText } from '../../charts/display-unit.ts';
import { ageWords } from '../../stores/freshness.ts';
import { type EntryDraft, type EntryVerdict, fieldTitle, optionsOf, unitOptions } from './entry-form.ts';
import classes from './entry-section.module.css';
import type { Here } from './use-patient.ts';

interface EntryFieldProps {
  readonly kind: ObservationKind;
  readonly draft: EntryDraft;
  readonly verdict: EntryVerdict;
  /** A fresh device value, where there is one. */
  readonly deviceValue: CurrentValue | undefined;
  /** Asked for by a model: marked. */
  readonly asked: boolean;
  /** Said by the console about this field. */
  readonly problem: string;
  readonly here: Here;
  readonly onChange: (kind: ObservationKind, change: Partial<EntryDraft>) => void;
}

export const fieldId = (kind: ObservationKind): string => `entry-${kind}`;

export function EntryField({ kind, draft, verdict, deviceValue, asked, problem, here, onChange }: EntryFieldProps): ReactElement {
  const choices = optionsOf(kind);
  const error = problem !== '' ? problem : verdict.state === 'refused' ? verdict.message : undefined;
  const title = fieldTitle(kind);
  return (
    <div className={classes.field} data-asked={asked || undefined} data-state={verdict.state}>
      {choices ? (
        <Select
          id={fieldId(kind)}
          label={title}
          placeholder="Not recorded"
          data={[...choices]}
          value={draft.text === '' ? null : draft.text}
          clearable
          error={error}
          onChange={(value) => onChange(kind, { text: value ?? '' })}
        />
      ) : (
        <TextInput
          id={fieldId(kind)}
          label={title}
          inputMode="decimal"
          autoComplete="off"
          maxLength={20}
          value={draft.text}
          error={error}
          rightSection={<UnitChoice kind={kind} unit={draft.unit} onChange={(unit) => onChange(kind, { unit })} />}
          rightSectionWidth={88}
          rightSectionPointerEvents="all"
          onChange={(event) => onChange(kind, { text: event.currentTarget.value })}
        />
      )}
      {verdict.state === 'unusual' ? (
        <div className={classes.unusual} data-confirmed={draft.confirmed || undefined}>
          <Text size="sm" role="alert">
            <IconAlertTriangle size={16} aria-hidden="true" /> {verdict.message}
          </Text>
          <Checkbox
            size="sm"
            label={`${verdict.words} is right, enter it anyway`}
            checked={draft.confirmed}
            onChange={(event) => onChange(kind, { confirmed: event.currentTarget.checked })}
          />
        </div>
      ) : null}
      {verdict.state === 'ok' && !choices ? (
        <Text size="xs" c="dimmed">
          <IconCheck size={13} aria-hidden="true" /> {verdict.words}
        </Text>
      ) : null}
      {deviceValue && 'value' in verdict ? (
        <OverrideChoice
          kind={kind}
          deviceValue={deviceValue}
          checked={draft.override}
          here={here}
          onChange={(override) => onChange(kind, { override })}
        />
      ) : null}
    </div>
  );
}

function UnitChoice({
  kind,
  unit,
  onChange,
}: {
  readonly kind: ObservationKind;
  readonly unit: string;
  readonly onChange: (unit: string) => void;
}): ReactElement | null {
  const units = unitOptions(kind);
  const [only] = units;
  if (!only) return null;
  if (units.length === 1) return <span className={classes.unit}>{only.label}</span>;
  return (
    <select
      className={classes.unitSelect}
      aria-label={`Unit of ${fieldTitle(kind)}`}
      value={unit}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {units.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}

interface OverrideChoiceProps {
  readonly kind: ObservationKind;
  readonly deviceValue: CurrentValue;
  readonly checked: boolean;
  readonly here: Here;
  readonly onChange: (checked: boolean) => void;
}

function OverrideChoice({ kind, deviceValue, checked, here, onChange }: OverrideChoiceProps): ReactElement | null {
  if (!isVital(kind) || deviceValue.value === null) return null;
  const words = valueText(deviceValue.value, displayUnitOf(kind, here.settings));
  return (
    <Checkbox
      size="sm"
      mt={4}
      label={`Replace the device's ${words} (${ageWords(here.nowMs - deviceValue.takenAtMs)} old); it stays stored`}
      checked={checked}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
