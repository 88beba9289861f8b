// Takes a photo back with a reason; it stays stored and marked.
import { notifications } from '@mantine/notifications';
import type { ReactElement } from 'react';
import type { Patient } from '../../../src-main/contract/models.ts';
import type { Photo } from '../../../src-main/contract/photos.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { consoleClient } from '../../client/index.ts';
import { RetractDialog } from '../../components/retract-dialog.tsx';
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
  const what = spotWords(photo.spot);
  const retract = async (reason: string): Promise<void> => {
    await consoleClient().send('photo.retract', { photoId: photo.photoId, reason });
    notifications.show({ ...DISMISS, title: 'Photo retracted', message: what });
    onClose();
  };
  return (
    <RetractDialog
      title="Retract a photo"
      what={what}
      about={`${identityLine(patient)}. Taken ${dateTimeText(photo.takenAtMs, here.settings.timeZone)}. The photo stays stored and is marked as retracted; it is no longer compared.`}
      picture={<img src={imageOf(photo.thumbnailPng)} alt="" width={96} height={96} />}
      keptWith="photo"
      retract={retract}
      onClose={onClose}
    />
  );
}
