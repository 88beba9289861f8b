// Gives a device to a patient, with the patient's identity shown once more before it counts.
import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconId } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { Device } from '../../../src-main/contract/models.ts';
import { useCommand } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { ageYears, identityLine, sexWord } from '../../components/person.ts';
import { useNowMs } from '../../stores/clock.ts';
import { useLive } from '../../stores/live.ts';
import { PatientSelect } from './patient-select.tsx';

interface BindDialogProps {
  readonly device: Device;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function BindDialog({ device, opened, onClose }: BindDialogProps) {
  const bind = useCommand('device.bind');
  const [patientId, setPatientId] = useState<string | null>(null);
  const live = useLive((state) => (patientId === null ? undefined : state.ward.get(Number(patientId))));
  const nowMs = useNowMs();
  const { clear } = bind;

  useEffect(() => {
    if (!opened) return;
    setPatientId(null);
    clear();
  }, [opened, clear]);

  async function bindNow(): Promise<void> {
    if (live === undefined) return;
    const result = await bind.run({ deviceId: device.deviceId, patientId: live.patient.patientId });
    if (result === null) return;
    notifications.show({ message: `${device.name} is now worn by ${live.patient.name}.`, color: 'brand' });
    onClose();
  }

  return (
    <Modal opened={opened} onClose={onClose} title={`Give ${device.name} to a patient`} size="md">
      <Stack>
        <PatientSelect label="Patient" value={patientId} onChange={setPatientId} />
        {live !== undefined && (
          <Alert icon={<IconId />} color="brand" title={live.patient.name}>
            <Text>{identityLine(live.patient)}</Text>
            <Text>
              {ageYears(live.patient.birthDate, nowMs)} years, {sexWord(live.patient.sex)}
            </Text>
            {live.devices.length > 0 && <Text mt={4}>Already wears {live.devices.map((worn) => worn.name).join(', ')}.</Text>}
          </Alert>
        )}
        <ErrorNotice error={bind.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={live === undefined} loading={bind.pending} onClick={() => void bindNow()}>
            {live === undefined ? 'Give to patient' : `Give to ${live.patient.name.split(' ')[0] ?? 'patient'}`}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
