// Takes a photo back with a reason; it stays stored and marked.
import { Button, Group, Modal, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactElement, useState } from 'react';
import type { Patient } from '../../../src-main/contract/models.ts';
import type { Photo } from '../../../src-main/contract/photos.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { errorWords } from '../../client/index.ts';
import { useCommand } from '../../client/use-command.ts';
import { DISMISS } from '../patient/dismiss.ts';
import { identityLine } from '../patient/identity.ts';
import type { Here } from '../patient/use-patient.ts';
import { imageOf, spotWords } from './photo-words.ts';

interface RetractPhotoProps {
  readonly photo: Photo;
  readonly patient: Patient;
  readonly here: Here;
  readonly onClose: () => void;
}

export function RetractPhoto({ photo, patient, here, onClose }: RetractPhotoProps): ReactElement {
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const retract = useCommand('photo.retract');

  async function run(): Promise<void> {
    setMissing(reason.trim() === '');
    if (reason.trim() === '') return;
    const done = await retract.run({ photoId: photo.photoId, reason: reason.trim() });
    if (done === null) return;
    notifications.show({ ...DISMISS, title: 'Photo retracted', message: spotWords(photo.spot) });
    onClose();
  }

  const problem = missing
    ? 'Say why: the reason is kept with the photo.'
    : retract.error === null
      ? ''
      : errorWords(retract.error);
  return (
    <Modal opened onClose={onClose} title="Retract a photo">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void run();
        }}
      >
        <Group wrap="nowrap" mb="sm">
          <img src={imageOf(photo.thumbnailPng)} alt="" width={96} height={96} />
          <div>
            <Text fw={650}>{spotWords(photo.spot)}</Text>
            <Text size="sm" c="dimmed">
              {identityLine(patient)}. Taken {dateTimeText(photo.takenAtMs, here.settings.timeZone)}. The photo stays stored and
              is marked as retracted; it is no longer compared.
            </Text>
          </div>
        </Group>
        <TextInput
          label="Reason"
          required
          data-autofocus
          maxLength={300}
          value={reason}
          error={problem}
          onChange={(event) => {
            setReason(event.currentTarget.value);
            setMissing(false);
          }}
        />
        <Group mt="md">
          <Button type="submit" color="red.8" loading={retract.pending}>
            Retract
          </Button>
          <Button variant="default" onClick={onClose}>
            Keep it
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
