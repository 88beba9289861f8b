// Takes a device off its wearer, from now on or since an earlier time, and says first what that moves.
import { Text } from '@mantine/core';
import { type ReactElement, useEffect, useState } from 'react';
import type { Device } from '../../../src-main/contract/models.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { useCommand } from '../../client/use-command.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { deviceName } from '../../components/device-name.ts';
import { useNowMs } from '../../stores/clock.ts';
import { ageWords } from '../../stores/freshness.ts';
import { FROM_NOW_ON, readSince } from './since.ts';
import { SinceChoice } from './since-choice.tsx';

interface TakeOffDialogProps {
  readonly device: Device;
  readonly timeZone: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function TakeOffDialog({ device, timeZone, opened, onClose }: TakeOffDialogProps): ReactElement {
  const unbind = useCommand('device.unbind');
  const nowMs = useNowMs();
  const [draft, setDraft] = useState(FROM_NOW_ON);
  // Until it has closed the device may be nobody's already.
  const { name: wearer, fromMs: givenAtMs } = device.boundTo ?? { name: 'the patient', fromMs: 0 };
  const since = readSince(draft, { nowMs, notBeforeMs: givenAtMs, timeZone });
  const { clear } = unbind;

  useEffect(() => {
    if (!opened) return;
    setDraft(FROM_NOW_ON);
    clear();
  }, [opened, clear]);

  async function takeOff(): Promise<void> {
    if (!since.ok) return;
    const { deviceId } = device;
    if ((await unbind.run(since.fromMs === null ? { deviceId } : { deviceId, fromMs: since.fromMs })) !== null) onClose();
  }

  return (
    <ConfirmDialog
      opened={opened}
      title={`Take ${deviceName(device)} off ${wearer}?`}
      action="Take off"
      pending={unbind.pending}
      disabled={!since.ok}
      error={unbind.error}
      onClose={onClose}
      onConfirm={() => void takeOff()}
    >
      <SinceChoice
        label="Since when is it not theirs?"
        draft={draft}
        onChange={setDraft}
        problem={since.ok ? '' : since.message}
        startMs={givenAtMs > 0 ? givenAtMs : nowMs}
        timeZone={timeZone}
      />
      {!since.ok ? null : since.fromMs === null ? (
        <Text mt="md">From now on its readings belong to nobody. What was measured until now stays with {wearer}.</Text>
      ) : (
        <Text mt="md">
          Everything it has measured since {dateTimeText(since.fromMs, timeZone)} ({ageWords(nowMs - since.fromMs)}) leaves the
          record of {wearer} and waits among the unclaimed readings on this screen, until somebody says whose it is.
          {device.transport !== 'bluetooth' &&
            ' So does what it has sent since then and dated to before: its clock may run behind.'}{' '}
          Risk results made with these readings are withdrawn; alarms stay on record.
        </Text>
      )}
    </ConfirmDialog>
  );
}
