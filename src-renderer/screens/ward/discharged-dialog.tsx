// Patients who have left the ward: their records can be opened, and they can be taken back.
import { Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { Link } from 'react-router';
import type { Patient } from '../../../src-main/contract/models.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { useAnswer, useCommand } from '../../client/use-command.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/notices.tsx';
import { identityLine } from '../../components/person.ts';
import { useSettings } from '../../stores/settings.ts';
import classes from './ward.module.css';

interface DischargedDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function DischargedDialog({ opened, onClose }: DischargedDialogProps) {
  return (
    <Dialog opened={opened} onClose={onClose} title="Discharged patients" size="lg">
      {opened && <DischargedList onClose={onClose} />}
    </Dialog>
  );
}

function DischargedList({ onClose }: { readonly onClose: () => void }) {
  const { data, error, reload } = useAnswer('patient.list', { includeDischarged: true });
  const readmit = useCommand('patient.readmit');
  const timeZone = useSettings((state) => state.settings.timeZone);
  if (data === null) return error === null ? <Skeleton height={160} /> : <ErrorNotice error={error} retry={reload} />;
  const left = data
    .filter((patient) => patient.dischargedAtMs !== null)
    .sort((a, b) => (b.dischargedAtMs ?? 0) - (a.dischargedAtMs ?? 0));

  async function takeBack(patient: Patient): Promise<void> {
    const back = await readmit.run({ patientId: patient.patientId });
    if (back === null) return;
    notifications.show({ message: `${back.name} is on the ward again.`, color: 'brand' });
    onClose();
  }

  return (
    <Stack>
      <ErrorNotice error={readmit.error} />
      {left.length === 0 && <Text c="dimmed">Nobody has been discharged so far.</Text>}
      <ul className={classes.discharged}>
        {left.map((patient) => (
          <li key={patient.patientId}>
            <Group justify="space-between" wrap="nowrap">
              <div>
                <Link to={`/patients/${patient.patientId}`} className={classes.record}>
                  {patient.name}
                </Link>
                <Text size="sm" c="dimmed">
                  {identityLine(patient)} · discharged {dateTimeText(patient.dischargedAtMs ?? 0, timeZone)}
                </Text>
              </div>
              <Button
                variant="default"
                loading={readmit.pending}
                aria-label={`Readmit ${patient.name}`}
                onClick={() => void takeBack(patient)}
              >
                Readmit
              </Button>
            </Group>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
