// Every alarm there has been, newest first: raised, ended, acknowledged by whom.
import { Skeleton, Table } from '@mantine/core';
import { IconHistory } from '@tabler/icons-react';
import { useState } from 'react';
import type { Alarm } from '../../../src-main/contract/models.ts';
import { clockSecondsText, dateText, dateTimeText } from '../../charts/clinic-time.ts';
import { useAnswer } from '../../client/use-command.ts';
import { ListFooter } from '../../components/list-footer.tsx';
import { EmptyNotice, ErrorNotice } from '../../components/notices.tsx';
import { PriorityBadge } from '../../components/priority.tsx';
import { useSettings } from '../../stores/settings.ts';
import { AlarmSubject } from './alarm-row.tsx';
import classes from './alarms.module.css';

const PAGE = 100;
const STATE_WORDS = {
  active: 'Active',
  latched: 'Ended, not acknowledged',
  acknowledged: 'Acknowledged, still active',
  cleared: 'Cleared',
} as const;

export function AlarmHistory() {
  const [limit, setLimit] = useState(PAGE);
  const { data, error, reload } = useAnswer('alarm.list', { which: 'all', limit });
  const timeZone = useSettings((state) => state.settings.timeZone);
  if (data === null) return error === null ? <Skeleton height={320} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
  if (data.length === 0) {
    return (
      <EmptyNotice icon={<IconHistory size={44} stroke={1.5} />} title="No alarms so far">
        Every alarm is kept here with who acknowledged it.
      </EmptyNotice>
    );
  }
  return (
    <>
      <ErrorNotice error={error} retry={reload} />
      <Table.ScrollContainer minWidth={860} className="hs-card">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Raised</Table.Th>
              <Table.Th>Priority</Table.Th>
              <Table.Th miw={220}>Alarm</Table.Th>
              <Table.Th>Who</Table.Th>
              <Table.Th>State</Table.Th>
              <Table.Th>Acknowledged</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((alarm) => (
              <HistoryRow key={alarm.alarmId} alarm={alarm} timeZone={timeZone} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <ListFooter shown={data.length} limit={limit} onLimit={setLimit} onReload={reload} />
    </>
  );
}

function HistoryRow({ alarm, timeZone }: { readonly alarm: Alarm; readonly timeZone: string }) {
  return (
    <Table.Tr>
      <Table.Td className={classes.date}>
        <div>{clockSecondsText(alarm.raisedAtMs, timeZone)}</div>
        <div className={classes.quiet}>{dateText(alarm.raisedAtMs, timeZone)}</div>
      </Table.Td>
      <Table.Td>
        <PriorityBadge priority={alarm.priority} quiet={alarm.acknowledgedAtMs !== null} />
      </Table.Td>
      <Table.Td>
        <div className={classes.message}>{alarm.message}</div>
        <div className={classes.quiet}>
          {alarm.category === 'technical' && 'Technical · '}
          {alarm.detail}
        </div>
      </Table.Td>
      <Table.Td>
        <AlarmSubject alarm={alarm} />
      </Table.Td>
      <Table.Td>
        <div>{STATE_WORDS[alarm.state]}</div>
        {alarm.endedAtMs !== null && <div className={classes.quiet}>ended {clockSecondsText(alarm.endedAtMs, timeZone)}</div>}
      </Table.Td>
      <Table.Td className={classes.date}>
        {alarm.acknowledgedAtMs === null ? (
          <span className={classes.quiet}>not yet</span>
        ) : (
          <>
            <div>{alarm.acknowledgedBy}</div>
            <div className={classes.quiet}>{dateTimeText(alarm.acknowledgedAtMs, timeZone)}</div>
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
