// One spot on the skin with its photos over time: the chosen one in full, and any two beside each other.
import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import { IconArrowsDiff } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import type { Patient } from '../../../src-main/contract/models.ts';
import type { Photo, PhotoModel } from '../../../src-main/contract/photos.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { ageWords } from '../../stores/freshness.ts';
import type { Here } from '../patient/use-patient.ts';
import { CompareView } from './compare-view.tsx';
import { KeptPhoto } from './kept-photo.tsx';
import { imageOf, outcomeWords, spotWords } from './photo-words.ts';
import classes from './photos.module.css';

interface SpotCardProps {
  readonly patient: Patient;
  readonly here: Here;
  readonly model: PhotoModel | null;
  /** Of one spot, oldest first. */
  readonly photos: readonly Photo[];
}

export function SpotCard({ patient, here, model, photos }: SpotCardProps): ReactElement | null {
  const { timeZone } = here.settings;
  const standing = photos.filter(({ retractedAtMs }) => retractedAtMs === null);
  const newest = standing.at(-1) ?? photos.at(-1);
  const [chosenId, setChosenId] = useState<number | null>(null);
  const [view, setView] = useState<'one' | 'compare'>('one');
  const chosen = photos.find(({ photoId }) => photoId === chosenId) ?? newest;
  if (chosen === undefined) return null;
  const title = spotWords(chosen.spot);
  return (
    <section className={classes.card} aria-label={`Photos of ${title}`}>
      <div className={classes.head}>
        <h2 className={classes.title}>{title}</h2>
        {standing.length > 1 ? (
          <SegmentedControl
            aria-label={`View of ${title}`}
            value={view}
            onChange={(next) => setView(next as typeof view)}
            data={[
              { value: 'one', label: 'One photo' },
              {
                value: 'compare',
                label: (
                  <span className={classes.inline}>
                    <IconArrowsDiff size={16} aria-hidden="true" /> Compare
                  </span>
                ),
              },
            ]}
          />
        ) : null}
      </div>
      {view === 'compare' && standing.length > 1 ? (
        <CompareView photos={standing} here={here} />
      ) : (
        <>
          <Group gap="xs" role="group" aria-label="Photos of this spot">
            {photos.toReversed().map((photo) => (
              <Button
                key={photo.photoId}
                className={classes.pick ?? ''}
                variant={photo.photoId === chosen.photoId ? 'light' : 'default'}
                aria-pressed={photo.photoId === chosen.photoId}
                leftSection={<img src={imageOf(photo.thumbnailPng)} alt="" width={48} height={48} />}
                onClick={() => setChosenId(photo.photoId)}
              >
                <span className={classes.pickWords}>
                  <span className={photo.retractedAtMs === null ? '' : classes.retracted}>
                    {dateTimeText(photo.takenAtMs, timeZone)}
                  </span>
                  <Text span size="xs" c="dimmed">
                    {photo.retractedAtMs === null
                      ? `${outcomeWords(photo.outcome)}, ${ageWords(here.nowMs - photo.takenAtMs)} old`
                      : 'retracted'}
                  </Text>
                </span>
              </Button>
            ))}
          </Group>
          <KeptPhoto key={chosen.photoId} photo={chosen} patient={patient} here={here} model={model} />
        </>
      )}
    </section>
  );
}
