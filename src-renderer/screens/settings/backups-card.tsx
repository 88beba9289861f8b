// Backups: when the last was made, making one, and putting one in the place of everything stored.
import { Alert, Button, Group, Skeleton, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle, IconDatabaseExport } from '@tabler/icons-react';
import { useState } from 'react';
import { clockText, dateText } from '../../charts/clinic-time.ts';
import { useAnswer, useCommand } from '../../client/use-command.ts';
import { bytesWords } from '../../components/bytes-words.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { useSettings } from '../../stores/settings.ts';
import { RestoreDialog } from './restore-dialog.tsx';
import classes from './settings.module.css';
import { TaskProgressBar } from './task-progress.tsx';

export function BackupsCard() {
  const { data, error, reload } = useAnswer('backup.list', {});
  const make = useCommand('backup.make');
  const timeZone = useSettings((state) => state.settings.timeZone);
  const [restoring, setRestoring] = useState<string | null>(null);
  if (data === null) return error === null ? <Skeleton height={220} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
  const when = (atMs: number): string => `${dateText(atMs, timeZone)}, ${clockText(atMs, timeZone)}`;
  const makeOne = async (): Promise<void> => {
    const made = await make.run({});
    if (made === null) return;
    reload();
    notifications.show({ message: `${made.readings.toLocaleString('en-GB')} readings are saved and checked.`, color: 'brand' });
  };
  return (
    <section className={`hs-card ${classes.wideCard}`} aria-label="Backups">
      <Stack>
        <Group justify="space-between" align="start" gap="sm">
          <div>
            <h2 className={classes.heading}>Backups</h2>
            <Text c="dimmed">{data.lastMadeAtMs === null ? 'None was ever made.' : `Last made ${when(data.lastMadeAtMs)}.`}</Text>
          </div>
          <Button leftSection={<IconDatabaseExport size={18} />} loading={make.pending} onClick={makeOne}>
            Back up now
          </Button>
        </Group>
        <TaskProgressBar tasks={['backup']} running={make.pending} />
        <ErrorNotice error={make.error} />
        <Text size="sm">
          Readings go on being stored while a backup is made, and it is checked before it counts. Backups are files in{' '}
          <span className={classes.path}>{data.folder}</span> on the console&apos;s computer. They hold everything about every
          patient, and all that is needed to pass for any of the clinic&apos;s wearables: keep them where only the clinic can
          reach them. If one has got out, revoke the devices and add them again.
        </Text>
        {data.sameDisk && (
          <Alert color="yellow" icon={<IconAlertTriangle />} title="On the same disk as the database">
            What breaks that disk breaks these backups too. Copy them to another disk or computer.
          </Alert>
        )}
        {data.backups.length > 0 && (
          <Table.ScrollContainer minWidth={520}>
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>Made</Table.Th>
                  <Table.Th>File</Table.Th>
                  <Table.Th ta="right">Size</Table.Th>
                  <Table.Th>
                    <VisuallyHidden>Restore</VisuallyHidden>
                  </Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {data.backups.map(({ fileName, bytes, madeAtMs }) => (
                  <Table.Tr key={fileName}>
                    <Table.Td className={classes.nowrap}>{when(madeAtMs)}</Table.Td>
                    <Table.Td className={classes.hash}>{fileName}</Table.Td>
                    <Table.Td ta="right" className={classes.nowrap}>
                      {bytesWords(bytes)}
                    </Table.Td>
                    <Table.Td ta="right">
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={`Restore the backup of ${when(madeAtMs)}`}
                        disabled={make.pending}
                        onClick={() => setRestoring(fileName)}
                      >
                        Restore
                      </Button>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
      </Stack>
      {restoring !== null && <RestoreDialog fileName={restoring} when={when} onClose={() => setRestoring(null)} />}
    </section>
  );
}
