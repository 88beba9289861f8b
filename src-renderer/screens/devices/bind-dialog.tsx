// Gives a device to a patient, with the patient's identity shown once more before it counts.
import { Button, Group, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import type { Device } from '../../../src-main/contract/models.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { useCommand } from '../../client/use-command.ts';
import { deviceName } from '../../components/device-name.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/notices.tsx';
import { useNowMs } from '../../stores/clock.ts';
import { useLive } from '../../stores/live.ts';
import { useSettings } from '../../stores/settings.ts';
import { IdentityCheck } from './identity-check.tsx';
import { PatientSelect } from './patient-select.tsx';
import { FROM_NOW_ON, readSince } from './since.ts';
import { SinceChoice } from './since-choice.tsx';

interface BindDialogProps {
  readonly device: Device;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function BindDialog({ device, opened, onClose }: BindDialogProps) {
  const bind = useCommand('device.bind');
  const [patientId, setPatientId] = useState<string | null>(null);
  const live = useLive((state) => (patientId === null ? undefined : state.ward.get(Number(patientId))));
  const [draft, setDraft] = useState(FROM_NOW_ON);
  const nowMs = useNowMs();
  const timeZone = useSettings((state) => state.settings.timeZone);
  const since = readSince(draft, { nowMs, notBeforeMs: 0, timeZone });
  const { clear } = bind;

  useEffect(() => {
    if (!opened) return;
    setPatientId(null);
    setDraft(FROM_NOW_ON);
    clear();
  }, [opened, clear]);

  async function bindNow(): Promise<void> {
    if (live === undefined || !since.ok) return;
    const chosen = { deviceId: device.deviceId, patientId: live.patient.patientId };
    const result = await bind.run(since.fromMs === null ? chosen : { ...chosen, fromMs: since.fromMs });
    if (result === null) return;
    notifications.show({ message: `${deviceName(device)} is now worn by ${live.patient.name}.`, color: 'brand' });
    onClose();
  }

  return (
    <Dialog opened={opened} onClose={onClose} title={`Give ${deviceName(device)} to a patient`} size="md">
      <Stack>
        <PatientSelect label="Patient" value={patientId} onChange={setPatientId} />
        {live !== undefined && <IdentityCheck live={live} />}
        <SinceChoice
          label="Since when is it theirs?"
          draft={draft}
          onChange={setDraft}
          problem={since.ok ? '' : since.message}
          startMs={nowMs}
          timeZone={timeZone}
        />
        <Text size="sm" c="dimmed">
          Compare with the wristband.{' '}
          {since.ok && since.fromMs !== null
            ? `What the device has measured since ${dateTimeText(since.fromMs, timeZone)}, and measures from now on,`
            : 'From now on, what the device measures'}{' '}
          belongs to this patient, until it is taken off, the binding runs out or the patient leaves.
        </Text>
        <ErrorNotice error={bind.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button disabled={live === undefined || !since.ok} loading={bind.pending} onClick={() => void bindNow()}>
            {live === undefined ? 'Give to patient' : `Give to ${live.patient.name.split(' ')[0] ?? 'patient'}`}
          </Button>
        </Group>
      </Stack>
    </Dialog>
  );
}
