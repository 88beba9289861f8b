// Alarms of this patient: what is open and calls for somebody, what has been, and the limits that raise them.
import { Alert, Button, Skeleton, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck } from '@tabler/icons-react';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { Alarm, PatientLive, ThresholdRule } from '../../../src-main/contract/models.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { consoleClient, errorWords } from '../../client/index.ts';
import { AlarmNowLine } from '../../components/alarm-now-line.tsx';
import { isOnePress } from '../../components/one-press.ts';
import { PriorityBadge } from '../../components/priority.tsx';
import { byUrgency, isAcknowledged } from '../../stores/alarms.ts';
import { ageWords } from '../../stores/freshness.ts';
import { durationWords, stateWords } from './alarm-words.ts';
import classes from './alarms-section.module.css';
import { DISMISS } from './dismiss.ts';
import { ThresholdTable } from './threshold-table.tsx';
import { type Asked, useAsked } from './use-asked.ts';
import { type Here, valueContext } from './use-patient.ts';

interface AlarmsSectionProps {
  readonly live: PatientLive;
  readonly thresholds: Asked<readonly ThresholdRule[]>;
  readonly here: Here;
}

export function AlarmsSection({ live, thresholds, here }: AlarmsSectionProps): ReactElement {
  const { patientId } = live.patient;
  const past = useAsked(`${patientId} past`, () => consoleClient().send('alarm.list', { which: 'all', patientId, limit: 200 }));
  const { again } = past;
  useEffect(
    () =>
      consoleClient().listen('alarm.changed', (alarm) => {
        if (alarm.patientId === patientId) again();
      }),
    [patientId, again],
  );
  const open = [...live.alarms].sort(byUrgency);
  const cleared = (past.data ?? []).filter(({ state }) => state === 'cleared').sort((a, b) => b.raisedAtMs - a.raisedAtMs);
  return (
    <div className={classes.section}>
      <section className={classes.card} aria-label="Open alarms">
        <h2 className={classes.title}>Open alarms</h2>
        {open.length === 0 ? (
          <Text c="dimmed" className={classes.calm}>
            <IconCheck size={18} aria-hidden="true" /> No open alarms for this patient.
          </Text>
        ) : (
          <ul className={classes.list}>
            {open.map((alarm) => (
              <OpenAlarm key={alarm.alarmId} alarm={alarm} live={live} here={here} />
            ))}
          </ul>
        )}
      </section>
      <section className={classes.card} aria-label="Limits for this patient">
        <h2 className={classes.title}>Limits for this patient</h2>
        <Text size="sm" c="dimmed" className={classes.hint}>
          A change here holds for this patient alone. The ward's limits are in Settings.
        </Text>
        {thresholds.data ? (
          <ThresholdTable patientId={patientId} rules={thresholds.data} here={here} onSaved={thresholds.again} />
        ) : thresholds.state === 'failed' ? (
          <Alert color="red" variant="outline" title="The limits could not be loaded" mx="md" mb="md">
            {thresholds.problem}
            <Button mt="sm" size="xs" variant="default" onClick={thresholds.again}>
              Try again
            </Button>
          </Alert>
        ) : (
          <Skeleton height={180} m="md" />
        )}
      </section>
      <section className={classes.card} aria-label="Past alarms">
        <h2 className={classes.title}>Past alarms</h2>
        {past.state === 'failed' ? (
          <Text c="dimmed" className={classes.calm}>
            {past.problem}
          </Text>
        ) : cleared.length === 0 ? (
          <Text c="dimmed" className={classes.calm}>
            {past.data === null ? 'Loading…' : 'None so far.'}
          </Text>
        ) : (
          <Table.ScrollContainer minWidth={680}>
            <Table verticalSpacing={6}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Raised</Table.Th>
                  <Table.Th>Priority</Table.Th>
                  <Table.Th>Alarm</Table.Th>
                  <Table.Th>Held</Table.Th>
                  <Table.Th>Acknowledged</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {cleared.map((alarm) => (
                  <Table.Tr key={alarm.alarmId}>
                    <Table.Td>{dateTimeText(alarm.raisedAtMs, here.settings.timeZone)}</Table.Td>
                    <Table.Td>
                      <PriorityBadge priority={alarm.priority} quiet />
                    </Table.Td>
                    <Table.Td>
                      {alarm.message}
                      <Text size="sm" c="dimmed">
                        {alarm.detail}
                      </Text>
                    </Table.Td>
                    <Table.Td>{durationWords(alarm, here.nowMs)}</Table.Td>
                    <Table.Td>
                      {alarm.acknowledgedBy ?? '–'}
                      {alarm.acknowledgedAtMs === null ? null : (
                        <Text size="sm" c="dimmed">
                          after {ageWords(alarm.acknowledgedAtMs - alarm.raisedAtMs)}
                        </Text>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </section>
    </div>
  );
}

interface OpenAlarmProps {
  readonly alarm: Alarm;
  readonly live: PatientLive;
  readonly here: Here;
}

function OpenAlarm({ alarm, live, here }: OpenAlarmProps): ReactElement {
  const [busy, setBusy] = useState(false);
  const row = useRef<HTMLLIElement>(null);
  const acknowledge = async (): Promise<void> => {
    setBusy(true);
    try {
      await consoleClient().send('alarm.acknowledge', { alarmId: alarm.alarmId });
      row.current?.focus();
    } catch (error) {
      notifications.show({ ...DISMISS, color: 'red', title: 'Not acknowledged', message: errorWords(error), autoClose: false });
    } finally {
      setBusy(false);
    }
  };
  return (
    <li
      ref={row}
      tabIndex={-1}
      className={classes.alarm}
      data-priority={alarm.priority}
      data-quiet={isAcknowledged(alarm) || undefined}
    >
      <div className={classes.priority}>
        <PriorityBadge priority={alarm.priority} quiet={isAcknowledged(alarm)} />
      </div>
      <div className={classes.what}>
        <Text fw={650}>
          {alarm.message}
          {alarm.category === 'technical' ? <span className={classes.technical}>technical</span> : null}
        </Text>
        <Text size="sm">
          <AlarmNowLine alarm={alarm} live={live} context={valueContext(here)} />
        </Text>
        <Text size="sm" c="dimmed">
          Raised {dateTimeText(alarm.raisedAtMs, here.settings.timeZone)}, {durationWords(alarm, here.nowMs)}; {stateWords(alarm)}
        </Text>
      </div>
      {isAcknowledged(alarm) ? null : (
        <Button
          loading={busy}
          disabled={!here.connected}
          onClick={(event) => isOnePress(event) && void acknowledge()}
          aria-label={`Acknowledge ${alarm.message}`}
        >
          Acknowledge
        </Button>
      )}
    </li>
  );
}
