// Entering by hand: every vital and every model input, checked as it is typed, stored together, undone with one press.
import { Alert, Button, SegmentedControl, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactElement, useEffect, useMemo, useState } from 'react';
import type { Observation, PatientLive } from '../../../src-main/contract/models.ts';
import type { ObservationKind } from '../../../src-main/vitals/inputs.ts';
import { instantOfInput, wallInputText } from '../../charts/clinic-time.ts';
import { ClientError, consoleClient, errorWords } from '../../client/index.ts';
import { ageWords } from '../../stores/freshness.ts';
import { DISMISS } from './dismiss.ts';
import { dropDrafts, keepDrafts, useKeptDrafts } from './entry-drafts.ts';
import { EntryField, fieldId } from './entry-field.tsx';
import {
  changed,
  ENTRY_GROUPS,
  type EntryDraft,
  emptyDraft,
  entriesOf,
  fieldOfError,
  judgeAll,
  replaceableValues,
  summarise,
  takenAtProblem,
} from './entry-form.ts';
import classes from './entry-section.module.css';
import { JUST_ENTERED, JustEntered, undoEntries } from './just-entered.tsx';
import type { Here } from './use-patient.ts';

interface EntrySectionProps {
  readonly live: PatientLive;
  readonly here: Here;
  /** Fields a model asked for: marked, and the first one gets the focus. */
  readonly asked: readonly ObservationKind[];
}

/** From here on the age of what was typed is said: it may no longer be what is measured now. */
const OLD_DRAFT_MS = 2 * 60_000;

interface Problem {
  readonly kind: ObservationKind | null;
  readonly message: string;
}

export function EntrySection({ live, here, asked }: EntrySectionProps): ReactElement {
  const { settings, nowMs } = here;
  const { patient } = live;
  const { drafts, note, typedAtMs } = useKeptDrafts(patient.patientId, nowMs);
  const [earlier, setEarlier] = useState(false);
  const [takenText, setTakenText] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [entered, setEntered] = useState<readonly Observation[]>([]);

  const firstAsked = asked[0];
  useEffect(() => {
    if (firstAsked === undefined) return;
    const field = document.getElementById(fieldId(firstAsked));
    field?.scrollIntoView({ block: 'center' });
    field?.focus({ preventScroll: true });
  }, [firstAsked]);

  // The button that stores is off while there is nothing to store: it cannot keep the focus.
  useEffect(() => {
    if (entered.length > 0 && !busy && document.activeElement === document.body) document.getElementById(JUST_ENTERED)?.focus();
  }, [entered, busy]);

  const verdicts = useMemo(() => judgeAll(drafts), [drafts]);
  const { ready, toConfirm, refused } = summarise(drafts, verdicts);
  const takenAtMs = earlier ? instantOfInput(takenText, settings.timeZone) : nowMs;
  const takenProblem = earlier ? takenAtProblem(takenAtMs, nowMs) : null;
  const replaceable = replaceableValues(live.values, nowMs, takenAtMs ?? nowMs);
  const replaces = entriesOf(drafts, ready, replaceable).some(({ override }) => override);
  const filled = ready.length + toConfirm.length + refused.length;

  const change = (kind: ObservationKind, how: Partial<EntryDraft>): void => {
    setProblem(null);
    keepDrafts(
      patient.patientId,
      (before) => ({
        ...before,
        drafts: { ...before.drafts, [kind]: changed(before.drafts[kind] ?? emptyDraft(kind, settings), how) },
      }),
      nowMs,
    );
  };

  const send = async (): Promise<void> => {
    const blocked = refused[0] ?? toConfirm[0];
    if (blocked) {
      document.getElementById(fieldId(blocked))?.focus();
      return;
    }
    if (ready.length === 0 || takenAtMs === null || takenProblem !== null) return;
    setBusy(true);
    setProblem(null);
    try {
      const entries = entriesOf(drafts, ready, replaceable);
      const stored = await consoleClient().send('observation.add', {
        patientId: patient.patientId,
        takenAtMs,
        note: note.trim(),
        entries,
      });
      setEntered(stored);
      dropDrafts(patient.patientId);
      setEarlier(false);
      announce(stored);
    } catch (error) {
      const kind = error instanceof ClientError ? fieldOfError(error.field, ready) : null;
      setProblem({ kind, message: errorWords(error) });
      if (kind) document.getElementById(fieldId(kind))?.focus();
    } finally {
      setBusy(false);
    }
  };

  const announce = (stored: readonly Observation[]): void => {
    const id = notifications.show({
      ...DISMISS,
      title: stored.length === 1 ? '1 value stored' : `${stored.length} values stored`,
      // On the left: on the right it would lie on the button that stores the next values.
      position: 'bottom-left',
      autoClose: 10_000,
      message: (
        <div className={classes.toast}>
          <span>
            {patient.name}, MRN {patient.mrn}
          </span>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => {
              notifications.hide(id);
              void undo(stored);
            }}
          >
            Undo
          </Button>
        </div>
      ),
    });
  };

  const undo = async (stored: readonly Observation[]): Promise<void> => {
    try {
      const retracted = await undoEntries(stored);
      setEntered((before) =>
        before.map((one) => retracted.find(({ observationId }) => observationId === one.observationId) ?? one),
      );
      notifications.show({
        ...DISMISS,
        title: 'Undone',
        message: `${stored.length === 1 ? 'The value is' : 'The values are'} retracted.`,
      });
    } catch (error) {
      notifications.show({
        ...DISMISS,
        color: 'red',
        title: 'Could not be undone',
        message: errorWords(error),
        autoClose: false,
      });
    }
  };

  return (
    <form
      className={classes.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <JustEntered entered={entered} here={here} onUndo={(stored) => void undo(stored)} />
      {ENTRY_GROUPS.map((group) => (
        <fieldset key={group.title} className={classes.group}>
          <legend className={classes.legend}>{group.title}</legend>
          <p className={classes.hint}>{group.hint}</p>
          <div className={classes.fields}>
            {group.kinds.map((kind) => (
              <EntryField
                key={kind}
                kind={kind}
                draft={drafts[kind] ?? emptyDraft(kind, settings)}
                verdict={verdicts.get(kind) ?? { state: 'empty' }}
                deviceValue={replaceable.get(kind)}
                asked={asked.includes(kind)}
                problem={problem?.kind === kind ? problem.message : ''}
                here={here}
                onChange={change}
              />
            ))}
          </div>
        </fieldset>
      ))}
      <div className={classes.bar}>
        <div className={classes.when}>
          <SegmentedControl
            aria-label="When were the values taken"
            value={earlier ? 'earlier' : 'now'}
            data={[
              { value: 'now', label: 'Taken now' },
              { value: 'earlier', label: 'Taken earlier' },
            ]}
            onChange={(value) => {
              setEarlier(value === 'earlier');
              if (value === 'earlier') setTakenText(wallInputText(nowMs, settings.timeZone));
            }}
          />
          {earlier ? (
            <TextInput
              type="datetime-local"
              aria-label={`Taken at, clinic time ${settings.timeZone}`}
              value={takenText}
              error={takenProblem}
              onChange={(event) => setTakenText(event.currentTarget.value)}
            />
          ) : null}
          <TextInput
            className={classes.noteField ?? ''}
            aria-label="Note for these values"
            placeholder={replaces ? 'Why the device’s value is replaced' : 'Note (optional)'}
            required={replaces}
            maxLength={500}
            value={note}
            onChange={(event) => {
              const text = event.currentTarget.value;
              keepDrafts(patient.patientId, (before) => ({ ...before, note: text }), nowMs);
            }}
          />
        </div>
        <div className={classes.send}>
          <Text size="sm" c="dimmed" aria-live="polite">
            {filled === 0 ? 'Nothing typed yet' : countWords(ready.length, toConfirm.length, refused.length)}
            {filled > 0 && nowMs - typedAtMs >= OLD_DRAFT_MS ? (
              <span aria-hidden="true">, typed {ageWords(nowMs - typedAtMs)} ago</span>
            ) : null}
          </Text>
          {filled > 0 ? (
            <Button variant="subtle" onClick={() => dropDrafts(patient.patientId)}>
              Clear
            </Button>
          ) : null}
          <Button type="submit" size="md" loading={busy} disabled={filled === 0 || !here.connected}>
            Store for {patient.name}
          </Button>
        </div>
        {problem && problem.kind === null ? (
          <Alert color="red" variant="outline" title="Not stored" className={classes.problem ?? ''}>
            {problem.message}
          </Alert>
        ) : null}
      </div>
    </form>
  );
}

function countWords(ready: number, toConfirm: number, refused: number): string {
  const words = [`${ready} ready`];
  if (toConfirm > 0) words.push(`${toConfirm} to confirm`);
  if (refused > 0) words.push(`${refused} to correct`);
  return words.join(', ');
}
