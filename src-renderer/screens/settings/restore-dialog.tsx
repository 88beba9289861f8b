// Before a backup takes the place of everything stored: what is in it, what would be lost, and that it is whole.
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useAnswer, useCommand } from '../../client/use-command.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/notices.tsx';
import classes from './settings.module.css';
import { TaskProgressBar } from './task-progress.tsx';

interface RestoreDialogProps {
  readonly fileName: string;
  readonly when: (atMs: number) => string;
  readonly onClose: () => void;
}

export function RestoreDialog({ fileName, when, onClose }: RestoreDialogProps) {
  const { data, error, reload } = useAnswer('backup.inspect', { fileName });
  const restore = useCommand('backup.restore');
  const putBack = async (): Promise<void> => {
    // Everybody is signed out: the page begins anew.
    if ((await restore.run({ fileName })) !== null) window.location.reload();
  };
  return (
    <Dialog opened onClose={onClose} title="Restore a backup" size="lg" closeOnClickOutside={!restore.pending}>
      <Stack>
        <TaskProgressBar tasks={['inspect', 'restore']} running={(data === null && error === null) || restore.pending} />
        <ErrorNotice error={error} retry={reload} />
        {data !== null && (
          <dl className={classes.facts}>
            <dt>Made</dt>
            <dd>{when(data.madeAtMs)}</dd>
            <dt>Holds</dt>
            <dd>
              {data.readings.toLocaleString('en-GB')} readings of {data.patients} patients
            </dd>
            <dt>Newest reading</dt>
            <dd>{data.newestReadingAtMs === null ? 'none' : when(data.newestReadingAtMs)}</dd>
            <dt>Checked</dt>
            <dd>
              {data.problem === null ? 'every page, reference and audit entry is sound' : `cannot be restored: ${data.problem}`}
            </dd>
          </dl>
        )}
        {data?.problem === null && (
          <Alert color="red" icon={<IconAlertTriangle />} title="Everything since then is put aside">
            <Text size="sm">
              Readings, entries and alarms after {when(data.madeAtMs)} are no longer shown. The database of now is kept beside the
              new one. Users, passwords and device tokens are again those of then: revoke what was revoked since. Everybody has to
              sign in again, and for some seconds nothing is stored: devices send again.
            </Text>
          </Alert>
        )}
        <ErrorNotice error={restore.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} disabled={restore.pending} data-autofocus>
            Keep as it is
          </Button>
          <Button color="red.9" loading={restore.pending} disabled={data?.problem !== null} onClick={putBack}>
            Restore
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
