// A photo of the record: its picture with what mattered, its result, the file as it was taken in, and its retraction.
import { Alert, Button, Group, Skeleton, Text } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import type { Patient } from '../../../src-main/contract/models.ts';
import type { Photo, PhotoModel } from '../../../src-main/contract/photos.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { consoleClient, errorWords } from '../../client/index.ts';
import { useFocusKept } from '../../components/use-focus-kept.ts';
import { ageWords } from '../../stores/freshness.ts';
import { bytesOf, downloadBlob, sizeText } from '../patient/download.ts';
import { useAsked } from '../patient/use-asked.ts';
import type { Here } from '../patient/use-patient.ts';
import { HeatOverlay } from './heat-overlay.tsx';
import { imageOf, spotWords } from './photo-words.ts';
import classes from './photos.module.css';
import { ResultView } from './result-view.tsx';
import { RetractPhoto } from './retract-photo.tsx';

interface KeptPhotoProps {
  readonly photo: Photo;
  readonly patient: Patient;
  readonly here: Here;
  readonly model: PhotoModel | null;
}

export function KeptPhoto({ photo, patient, here, model }: KeptPhotoProps): ReactElement {
  const { photoId } = photo;
  const { timeZone } = here.settings;
  const pictures = useAsked(`photo ${photoId}`, () => consoleClient().send('photo.pictures', { photoId }));
  const [retracting, setRetracting] = useState(false);
  const about = (
    <>
      Taken {dateTimeText(photo.takenAtMs, timeZone)}, <b>{ageWords(here.nowMs - photo.takenAtMs)} old</b>. Kept by{' '}
      {photo.recordedBy}, {dateTimeText(photo.recordedAtMs, timeZone)}.{photo.note === '' ? null : ` Note: ${photo.note}`}
    </>
  );
  return (
    <>
      {photo.retractedAtMs === null ? null : (
        <Alert
          color="brand"
          variant="outline"
          title={`Retracted ${dateTimeText(photo.retractedAtMs, timeZone)} by ${photo.retractedBy ?? 'unknown'}`}
        >
          {photo.retractedReason}
        </Alert>
      )}
      <div className={classes.twoParts} data-retracted={photo.retractedAtMs !== null || undefined}>
        {pictures.data === null ? (
          pictures.state === 'failed' ? (
            <Alert color="red" variant="outline" title="The picture could not be loaded">
              {pictures.problem}
              <Button mt="sm" size="xs" variant="default" onClick={pictures.again}>
                Try again
              </Button>
            </Alert>
          ) : (
            <Skeleton height={280} />
          )
        ) : (
          <HeatOverlay
            src={imageOf(pictures.data.cropPng)}
            alt={`${spotWords(photo.spot)}, ${dateTimeText(photo.takenAtMs, timeZone)}`}
            heatMapPng={pictures.data.heatMapPng}
            assessed={photo.outcome.kind === 'assessed'}
          />
        )}
        <ResultView outcome={photo.outcome} run={photo.run} about={about} model={model} />
      </div>
      <Group>
        <OriginalButton photo={photo} mrn={patient.mrn} />
        {photo.retractedAtMs === null ? (
          <Button size="sm" variant="subtle" color="red" onClick={() => setRetracting(true)}>
            Retract
          </Button>
        ) : null}
      </Group>
      {retracting ? <RetractPhoto photo={photo} patient={patient} here={here} onClose={() => setRetracting(false)} /> : null}
    </>
  );
}

const ENDINGS = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' } as const;

function OriginalButton({ photo, mrn }: { readonly photo: Photo; readonly mrn: string }): ReactElement {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState('');
  const keepFocus = useFocusKept(busy);
  const { photoId, mediaType } = photo;

  async function save(): Promise<void> {
    keepFocus();
    setBusy(true);
    setProblem('');
    try {
      const pieces: Uint8Array<ArrayBuffer>[] = [];
      for (let part = 0, parts = 1; part < parts; part += 1) {
        const answer = await consoleClient().send('photo.original', { photoId, part });
        parts = answer.parts;
        pieces.push(bytesOf(answer.base64));
      }
      downloadBlob(
        `photo-${mrn.replaceAll(/[^\w.-]+/g, '_')}-${photoId}.${ENDINGS[mediaType]}`,
        new Blob(pieces, { type: mediaType }),
      );
    } catch (error) {
      setProblem(errorWords(error));
    }
    setBusy(false);
  }

  return (
    <>
      <Button size="sm" variant="default" leftSection={<IconDownload size={17} />} loading={busy} onClick={() => void save()}>
        Save the whole photo ({photo.widthPx} × {photo.heightPx} px, {sizeText(photo.byteLength)})
      </Button>
      {problem === '' ? null : (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {problem}
        </Text>
      )}
    </>
  );
}
