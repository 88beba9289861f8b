// What people entered, with who and when; a wrong entry is retracted with a reason and stays visible as such.
import { Button, Modal, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactElement, useState } from 'react';
import type { Observation } from '../../../src-main/contract/models.ts';
import { displayUnitFor, formatValue, isVital } from '../../../src-main/vitals/units.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { displayUnitOf, valueText } from '../../charts/display-unit.ts';
import { consoleClient, errorWords } from '../../client/index.ts';
import { DISMISS } from './dismiss.ts';
import { fieldTitle } from './entry-form.ts';
import classes from './history-section.module.css';
import type { Here } from './use-patient.ts';

interface ObservationsTableProps {
  readonly observations: readonly Observation[];
  readonly here: Here;
  /** Patient in words, for the dialog. */
  readonly identity: string;
}

export function ObservationsTable({ observations, here, identity }: ObservationsTableProps): ReactElement {
  const [retracting, setRetracting] = useState<Observation | null>(null);
  const { settings } = here;
  const rows = [...observations].sort((a, b) => b.takenAtMs - a.takenAtMs);
  return (
    <section className={classes.tableCard} aria-label="Entered by hand">
      <h2 className={classes.tableTitle}>Entered by hand</h2>
      {rows.length === 0 ? (
        <Text c="dimmed" size="sm" px="md" pb="md">
          Nobody entered a value in this period.
        </Text>
      ) : (
        <Table.ScrollContainer minWidth={640}>
          <Table verticalSpacing={6}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Taken at</Table.Th>
                <Table.Th>What</Table.Th>
                <Table.Th>Value</Table.Th>
                <Table.Th>By</Table.Th>
                <Table.Th>Note</Table.Th>
                <Table.Th>
                  <VisuallyHidden>Action</VisuallyHidden>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((one) => (
                <Table.Tr key={one.observationId}>
                  <Table.Td>{dateTimeText(one.takenAtMs, settings.timeZone)}</Table.Td>
                  <Table.Td>{fieldTitle(one.kind)}</Table.Td>
                  <Table.Td>
                    <span className={one.retractedAtMs === null ? undefined : classes.retracted}>
                      {formatValue(one.kind, one.value, displayUnitFor(one.kind, settings))}
                    </span>
                    <Replaced observation={one} here={here} />
                  </Table.Td>
                  <Table.Td>{one.recordedBy}</Table.Td>
                  <Table.Td>
                    {one.retractedAtMs === null
                      ? one.note
                      : `Retracted by ${one.retractedBy ?? 'unknown'}: ${one.retractedReason ?? ''}`}
                  </Table.Td>
                  <Table.Td ta="right">
                    {one.retractedAtMs === null ? (
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        color="red"
                        aria-label={`Retract ${fieldTitle(one.kind)} of ${dateTimeText(one.takenAtMs, settings.timeZone)}`}
                        onClick={() => setRetracting(one)}
                      >
                        Retract
                      </Button>
                    ) : null}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {retracting ? (
        <RetractDialog observation={retracting} here={here} identity={identity} onClose={() => setRetracting(null)} />
      ) : null}
    </section>
  );
}

function Replaced({ observation, here }: { readonly observation: Observation; readonly here: Here }): ReactElement | null {
  const { overrides, kind } = observation;
  if (!overrides || !isVital(kind)) return null;
  const was = overrides.value === null ? 'no number' : valueText(overrides.value, displayUnitOf(kind, here.settings));
  return (
    <Text size="xs" c="dimmed">
      replaces {was} of {overrides.deviceId}
    </Text>
  );
}

interface RetractDialogProps {
  readonly observation: Observation;
  readonly here: Here;
  readonly identity: string;
  readonly onClose: () => void;
}

function RetractDialog({ observation, here, identity, onClose }: RetractDialogProps): ReactElement {
  const [reason, setReason] = useState('');
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const what = `${fieldTitle(observation.kind)} ${formatValue(observation.kind, observation.value, displayUnitFor(observation.kind, here.settings))}`;
  const retract = async (): Promise<void> => {
    if (reason.trim() === '') {
      setProblem('Say why: the reason is kept with the value.');
      return;
    }
    setBusy(true);
    try {
      await consoleClient().send('observation.retract', { observationId: observation.observationId, reason: reason.trim() });
      notifications.show({ ...DISMISS, title: 'Retracted', message: what });
      onClose();
    } catch (error) {
      setProblem(errorWords(error));
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title="Retract an entry">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void retract();
        }}
      >
        <Text fw={650}>{what}</Text>
        <Text size="sm" c="dimmed" mb="md">
          {identity}. Taken {dateTimeText(observation.takenAtMs, here.settings.timeZone)}. The value stays stored and is marked as
          retracted; models and scores no longer use it.
        </Text>
        <TextInput
          label="Reason"
          required
          data-autofocus
          maxLength={300}
          value={reason}
          error={problem}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            setProblem('');
          }}
        />
        <Button type="submit" color="red.8" mt="md" loading={busy}>
          Retract
        </Button>
        <Button variant="default" mt="md" ml="sm" onClick={onClose}>
          Keep it
        </Button>
      </form>
    </Modal>
  );
}
