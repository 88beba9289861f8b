// Skin photos of one patient: a new one at the top, below it every spot with its photos over time.
import { Alert, Button, Skeleton, Text } from '@mantine/core';
import { IconPhoto } from '@tabler/icons-react';
import { type ReactElement, useEffect } from 'react';
import type { Patient } from '../../../src-main/contract/models.ts';
import type { Photo, PhotoModel } from '../../../src-main/contract/photos.ts';
import { consoleClient } from '../../client/index.ts';
import { EmptyNotice } from '../../components/notices.tsx';
import { type Asked, useAsked } from '../patient/use-asked.ts';
import type { Here } from '../patient/use-patient.ts';
import { NewPhoto } from './new-photo.tsx';
import classes from './photos.module.css';
import { SpotCard } from './spot-card.tsx';

interface PhotosSectionProps {
  readonly patient: Patient;
  readonly here: Here;
}

export function PhotosSection({ patient, here }: PhotosSectionProps): ReactElement {
  const { patientId } = patient;
  const model = useAsked('photo.model', () => consoleClient().send('photo.model', {}));
  const photos = useAsked(`${patientId} photos`, () => consoleClient().send('photo.list', { patientId }));
  const { again } = photos;
  useEffect(() => consoleClient().listen('photo.modelChanged', model.again), [model.again]);
  useEffect(
    () =>
      consoleClient().listen('photo.changed', (payload) => {
        if (payload.patientId === patientId) again();
      }),
    [patientId, again],
  );
  const spots = bySpot(photos.data ?? []);
  const newest = spots.flatMap((of) => of.findLast(({ retractedAtMs }) => retractedAtMs === null) ?? []);
  return (
    <div className={classes.section}>
      <ModelNotice model={model} />
      <NewPhoto patient={patient} here={here} model={model.data} spots={newest} onKept={again} />
      {photos.data === null ? (
        photos.state === 'failed' ? (
          <Alert color="red" variant="outline" title="The photos of this patient could not be loaded">
            {photos.problem}
            <Button mt="sm" size="xs" variant="default" onClick={again}>
              Try again
            </Button>
          </Alert>
        ) : (
          <Skeleton height={320} radius="lg" />
        )
      ) : spots.length === 0 ? (
        <EmptyNotice icon={<IconPhoto size={40} />} title="No skin photos yet">
          Photos that are kept stand here by spot, so that the same place can be compared over time.
        </EmptyNotice>
      ) : (
        spots.map((of) => <SpotCard key={of[0]?.spot.spotId} patient={patient} here={here} model={model.data} photos={of} />)
      )}
      <Text size="sm" c="dimmed">
        Decision support: a probability is a hint to look closer, not a diagnosis. HealthSense is not a certified medical device.
      </Text>
    </div>
  );
}

/** Photos of each spot, oldest first; the spot with the newest photo first. */
function bySpot(photos: readonly Photo[]): readonly (readonly Photo[])[] {
  const spots = new Map<number, Photo[]>();
  for (const photo of photos) spots.set(photo.spot.spotId, [...(spots.get(photo.spot.spotId) ?? []), photo]);
  return [...spots.values()].toSorted((a, b) => (b.at(-1)?.takenAtMs ?? 0) - (a.at(-1)?.takenAtMs ?? 0));
}

function ModelNotice({ model }: { readonly model: Asked<PhotoModel> }): ReactElement | null {
  if (model.state === 'failed') {
    return (
      <Alert color="yellow" variant="outline" title="The skin model cannot be asked now">
        {model.problem} Photos can still be looked at.
        <Button mt="sm" size="xs" variant="default" onClick={model.again}>
          Try again
        </Button>
      </Alert>
    );
  }
  const { data } = model;
  if (data === null || data.state === 'ready') return null;
  return (
    <Alert
      color={data.state === 'unusable' ? 'red' : 'brand'}
      variant="light"
      title={
        data.state === 'unusable'
          ? 'Photos are not assessed: the skin model is not used'
          : 'Photos are not assessed in this build'
      }
    >
      {data.problem}
    </Alert>
  );
}
