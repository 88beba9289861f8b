// Who did what and when, newest first.
import { Skeleton, Stack, Table, Text } from '@mantine/core';
import { useState } from 'react';
import type { PatientLive } from '../../../src-main/contract/models.ts';
import { clockSecondsText, dateText } from '../../charts/clinic-time.ts';
import { useAnswer } from '../../client/use-command.ts';
import { ListFooter } from '../../components/list-footer.tsx';
import { ErrorNotice } from '../../components/notices.tsx';
import { useLive } from '../../stores/live.ts';
import { useSettings } from '../../stores/settings.ts';
import classes from './settings.module.css';

const PAGE = 100;

export function AuditSection() {
  const [limit, setLimit] = useState(PAGE);
  const { data, error, reload } = useAnswer('audit.list', { limit });
  const ward = useLive((state) => state.ward);
  const timeZone = useSettings((state) => state.settings.timeZone);
  if (data === null) return error === null ? <Skeleton height={360} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
  return (
    <Stack>
      <ErrorNotice error={error} retry={reload} />
      <Table.ScrollContainer minWidth={720} className="hs-card">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>When</Table.Th>
              <Table.Th>Who</Table.Th>
              <Table.Th>Did</Table.Th>
              <Table.Th>To what</Table.Th>
              <Table.Th>Detail</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((entry) => (
              <Table.Tr key={entry.auditId}>
                <Table.Td className={classes.nowrap}>
                  {dateText(entry.atMs, timeZone)}, {clockSecondsText(entry.atMs, timeZone)}
                </Table.Td>
                <Table.Td fw={600} className={classes.nowrap}>
                  {entry.actor}
                </Table.Td>
                <Table.Td>{actionWords(entry.action)}</Table.Td>
                <Table.Td>{withName(entry.subject, ward)}</Table.Td>
                <Table.Td>{entry.detail}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {data.length === 0 && <Text c="dimmed">Nothing recorded yet.</Text>}
      <ListFooter shown={data.length} limit={limit} onLimit={setLimit} onReload={reload} />
    </Stack>
  );
}

/** `self test: run` of `selfTest.run`. */
function actionWords(action: string): string {
  return action.replace('.', ': ').replaceAll(/(?<=[a-z])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** `patient 4, Ada Example`, where that patient is on the ward. */
function withName(subject: string, ward: ReadonlyMap<number, PatientLive>): string {
  const patientId = /^patient (\d+)$/.exec(subject)?.[1];
  const patient = patientId === undefined ? undefined : ward.get(Number(patientId))?.patient;
  return patient === undefined ? subject : `${subject}, ${patient.name}`;
}
