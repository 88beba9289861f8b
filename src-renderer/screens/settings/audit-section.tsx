// Who did what and when, newest first, in plain words.
import { Button, Group, Select, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { clockSecondsText, dateText } from '../../charts/clinic-time.ts';
import { useAnswer } from '../../client/use-command.ts';
import { ListFooter } from '../../components/list-footer.tsx';
import { ErrorNotice } from '../../components/notices.tsx';
import { useSettings } from '../../stores/settings.ts';
import { AUDIT_GROUPS, type AuditGroup, actorWords, auditGroup, auditWords } from './audit-words.ts';
import classes from './settings.module.css';

const PAGE = 100;
/** The console hands out no more at once: as far back as is searched. */
const MOST = 1000;
const GROUPS = Object.entries(AUDIT_GROUPS).map(([value, label]) => ({ value, label }));

export function AuditSection() {
  const [limit, setLimit] = useState(PAGE);
  const [group, setGroup] = useState<AuditGroup | null>(null);
  const [search, setSearch] = useState('');
  const wanted = search.trim().toLowerCase();
  const narrowed = group !== null || wanted !== '';
  const asked = narrowed ? MOST : limit;
  const { data, error, reload } = useAnswer('audit.list', { limit: asked });
  const patients = useAnswer('patient.list', { includeDischarged: true });
  const timeZone = useSettings((state) => state.settings.timeZone);
  if (data === null) return error === null ? <Skeleton height={360} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
  const names = new Map(patients.data?.map(({ patientId, name, mrn }) => [patientId, `${name}, MRN ${mrn}`]));
  const rows = data
    .map((entry) => ({
      entry,
      who: actorWords(entry.actor),
      what: auditWords(entry, { timeZone, patientName: (patientId) => names.get(patientId) }),
    }))
    .filter(
      ({ entry, who, what }) =>
        (group === null || auditGroup(entry) === group) && `${who} ${what}`.toLowerCase().includes(wanted),
    );
  const clear = (): void => {
    setGroup(null);
    setSearch('');
  };
  return (
    <Stack>
      <ErrorNotice error={error} retry={reload} />
      <Group align="flex-end">
        <TextInput
          label="Who, whom or what"
          placeholder="Name, MRN, device …"
          leftSection={<IconSearch size={18} aria-hidden="true" />}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Select
          label="About"
          placeholder="Everything"
          clearable
          data={GROUPS}
          value={group}
          onChange={(value) => setGroup(value as AuditGroup | null)}
        />
        {narrowed && (
          <Button variant="default" onClick={clear}>
            Show everything
          </Button>
        )}
      </Group>
      <Text size="sm" c="dimmed" role="status">
        {narrowed ? `${rows.length} of the newest ${data.length} entries.` : `The newest ${data.length} entries.`} Times are
        clinic time, {timeZone}.
      </Text>
      <Table.ScrollContainer minWidth={560} className="hs-card">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>When</Table.Th>
              <Table.Th>Who</Table.Th>
              <Table.Th>What</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ entry, who, what }) => (
              <Table.Tr key={entry.auditId}>
                <Table.Td className={classes.auditWho}>
                  <span className={classes.nowrap}>{dateText(entry.atMs, timeZone)},</span>{' '}
                  <span className={classes.nowrap}>{clockSecondsText(entry.atMs, timeZone)}</span>
                </Table.Td>
                <Table.Td fw={600} className={classes.auditWho}>
                  {who}
                </Table.Td>
                <Table.Td className={classes.auditWhat}>{what}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {rows.length === 0 && (
        <Text c="dimmed">{data.length === 0 ? 'Nothing recorded yet.' : 'None of these entries is about that.'}</Text>
      )}
      <ListFooter shown={data.length} limit={asked} onLimit={setLimit} onReload={reload} />
    </Stack>
  );
}
