// Two photos of one spot: beside each other, or one wiped over the other, with their dates and how the probability has changed.
import { Alert, SegmentedControl, Select, Skeleton, Slider, Text } from '@mantine/core';
import { type ReactElement, useId, useState } from 'react';
import type { Photo } from '../../../src-main/contract/photos.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { consoleClient } from '../../client/index.ts';
import { ageWords } from '../../stores/freshness.ts';
import { useAsked } from '../patient/use-asked.ts';
import type { Here } from '../patient/use-patient.ts';
import { changeWords, imageOf, outcomeWords } from './photo-words.ts';
import classes from './photos.module.css';

interface CompareViewProps {
  /** Two or more of one spot, oldest first. */
  readonly photos: readonly Photo[];
  readonly here: Here;
}

export function CompareView({ photos, here }: CompareViewProps): ReactElement | null {
  const { timeZone } = here.settings;
  const [beforeId, setBeforeId] = useState(photos.at(-2)?.photoId ?? 0);
  const [afterId, setAfterId] = useState(photos.at(-1)?.photoId ?? 0);
  const [how, setHow] = useState<'beside' | 'wipe'>('beside');
  const [share, setShare] = useState(50);
  const id = useId();
  const of = (photoId: number, otherwise: number): Photo | undefined =>
    photos.find((photo) => photo.photoId === photoId) ?? photos.at(otherwise);
  const [before, after] = [of(beforeId, -2), of(afterId, -1)];
  const pair = `compare ${before?.photoId} ${after?.photoId}`;
  const pictures = useAsked(pair, async () => ({
    pair,
    found: await Promise.all(
      [before, after].map((photo) => consoleClient().send('photo.pictures', { photoId: photo?.photoId ?? 0 })),
    ),
  }));
  if (before === undefined || after === undefined) return null;
  const choices = photos.map((photo) => ({ value: String(photo.photoId), label: dateTimeText(photo.takenAtMs, timeZone) }));
  // While another pair is asked for, the last answer's pictures must not stand above its captions.
  const found = pictures.data?.pair === pair ? pictures.data.found : [];
  const [first, second] = found.map(({ cropPng }) => imageOf(cropPng));
  const caption = (photo: Photo): string =>
    `${dateTimeText(photo.takenAtMs, timeZone)}, ${ageWords(here.nowMs - photo.takenAtMs)} old: ${outcomeWords(photo.outcome)}`;
  const change = changeWords(before, after);
  return (
    <div className={classes.compare}>
      <div className={classes.compareChoices}>
        <Select
          label="Earlier"
          data={choices}
          value={String(before.photoId)}
          allowDeselect={false}
          onChange={(value) => setBeforeId(Number(value))}
        />
        <Select
          label="Later"
          data={choices}
          value={String(after.photoId)}
          allowDeselect={false}
          onChange={(value) => setAfterId(Number(value))}
        />
        <SegmentedControl
          aria-label="How to compare"
          value={how}
          onChange={(next) => setHow(next as typeof how)}
          data={[
            { value: 'beside', label: 'Side by side' },
            { value: 'wipe', label: 'One over the other' },
          ]}
        />
      </div>
      {pictures.state === 'failed' ? (
        <Alert color="red" variant="outline" title="The pictures could not be loaded">
          {pictures.problem}
        </Alert>
      ) : first === undefined || second === undefined ? (
        <Skeleton height={280} />
      ) : how === 'beside' ? (
        <div className={classes.beside}>
          {[
            { photo: before, src: first },
            { photo: after, src: second },
          ].map(({ photo, src }, index) => (
            <figure key={index === 0 ? 'before' : 'after'}>
              <img src={src} alt={index === 0 ? 'Earlier' : 'Later'} />
              <figcaption>{caption(photo)}</figcaption>
            </figure>
          ))}
        </div>
      ) : (
        <div className={classes.wipe}>
          <div className={classes.picture}>
            <img src={first} alt="Earlier" />
            <img className={classes.over} src={second} alt="Later" style={{ clipPath: `inset(0 0 0 ${share}%)` }} />
          </div>
          <Text size="sm" id={id}>
            Left of the line the earlier photo, right of it the later one
          </Text>
          <Slider
            className={classes.slider ?? ''}
            thumbProps={{ 'aria-labelledby': id }}
            label={null}
            value={share}
            onChange={setShare}
          />
          <Text size="sm">Earlier: {caption(before)}</Text>
          <Text size="sm">Later: {caption(after)}</Text>
        </div>
      )}
      <Text>
        {change === null ? (
          'One of the two has no result, so there is no change to tell.'
        ) : (
          <>
            Change of the probability of malignancy: <b>{change}</b>
          </>
        )}
      </Text>
      <Text size="xs" c="dimmed">
        Light, distance and angle change the number as well. A change is a reason to look, not a finding.
      </Text>
    </div>
  );
}
