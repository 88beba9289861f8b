// What people entered, with who and when; a wrong entry is retracted with a reason and stays visible as such.
import { Button, Table, Text, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactElement, useState } from 'react';
import type { Observation } from '../../../src-main/contract/models.ts';
import { displayUnitFor, formatValue, isVital } from '../../../src-main/vitals/units.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { displayUnitOf, valueText } from '../../charts/display-unit.ts';
import { consoleClient } from '../../client/index.ts';
import { RetractDialog } from '../../components/retract-dialog.tsx';
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
        <RetractEntry observation={retracting} here={here} identity={identity} onClose={() => setRetracting(null)} />
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

interface RetractEntryProps {
  readonly observation: Observation;
  readonly here: Here;
  readonly identity: string;
  readonly onClose: () => void;
}

function RetractEntry({ observation, here, identity, onClose }: RetractEntryProps): ReactElement {
  const { kind, value, takenAtMs, observationId } = observation;
  const what = `${fieldTitle(kind)} ${formatValue(kind, value, displayUnitFor(kind, here.settings))}`;
  const retract = async (reason: string): Promise<void> => {
    await consoleClient().send('observation.retract', { observationId, reason });
    notifications.show({ ...DISMISS, title: 'Entry retracted', message: what });
    onClose();
  };
  return (
    <RetractDialog
      title="Retract an entry"
      what={what}
      about={`${identity}. Taken ${dateTimeText(takenAtMs, here.settings.timeZone)}. The value stays stored and is marked as retracted; models and scores no longer use it.`}
      keptWith="value"
      retract={retract}
      onClose={onClose}
    />
  );
}
