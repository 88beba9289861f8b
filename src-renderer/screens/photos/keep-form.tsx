// Keeps an assessed photo: whose it is, of which spot, when it was taken.
import { Alert, Button, Group, Progress, Radio, Select, Text, Textarea, TextInput } from '@mantine/core';
import { type ReactElement, type RefObject, useState } from 'react';
import type { Patient } from '../../../src-main/contract/models.ts';
import type { Photo, PhotoAssessment, PhotoCrop } from '../../../src-main/contract/photos.ts';
import { SKIN_REGIONS, type SkinRegion, skinRegionWords } from '../../../src-main/vitals/skin-regions.ts';
import { instantOfInput, wallInputText } from '../../charts/clinic-time.ts';
import { consoleClient, errorWords } from '../../client/index.ts';
import { identityLine } from '../patient/identity.ts';
import type { Here } from '../patient/use-patient.ts';
import { BodyMap } from './body-map.tsx';
import { imageOf, spotWords } from './photo-words.ts';
import classes from './photos.module.css';
import type { ReadPhoto } from './read-photo.ts';
import { sendPhoto } from './send-photo.ts';

interface KeepFormProps {
  readonly patient: Patient;
  readonly here: Here;
  readonly photo: ReadPhoto;
  readonly crop: PhotoCrop;
  readonly assessment: PhotoAssessment;
  /** Newest photo of each spot the patient has. */
  readonly spots: readonly Photo[];
  readonly onKept: (photo: Photo) => void;
  readonly onDiscard: () => void;
  /** It was asked for, and did not come to it: a field is missing, or the console refused. */
  readonly onNotKept: () => void;
  readonly form: RefObject<HTMLFormElement | null>;
}

const NEW = 'new';
const REGIONS = SKIN_REGIONS.map((region) => ({ value: region, label: skinRegionWords(region) }));

export function KeepForm(props: KeepFormProps): ReactElement {
  const { patient, here, photo, crop, assessment, spots, onKept, onDiscard, onNotKept, form } = props;
  const { timeZone } = here.settings;
  const [spot, setSpot] = useState(NEW);
  const [region, setRegion] = useState<SkinRegion | null>(null);
  const [detail, setDetail] = useState('');
  const [taken, setTaken] = useState(() => wallInputText(Math.min(photo.takenAtMs, here.nowMs), timeZone));
  const [note, setNote] = useState('');
  const [wrong, setWrong] = useState<{ readonly region?: string; readonly taken?: string }>({});
  const [sent, setSent] = useState<number | null>(null);
  const [problem, setProblem] = useState('');

  async function keep(): Promise<void> {
    const takenAtMs = instantOfInput(taken, timeZone);
    const found = {
      ...(spot === NEW && region === null && { region: 'Say where on the skin it is.' }),
      ...(takenAtMs === null && { taken: 'Enter date and time.' }),
    };
    setWrong(found);
    if (Object.keys(found).length > 0 || takenAtMs === null) {
      onNotKept();
      return;
    }
    setProblem('');
    setSent(0);
    try {
      const { patientId } = patient;
      const uploadId = await sendPhoto(patientId, photo.blob, setSent);
      const where = spot === NEW && region !== null ? { region, detail: detail.trim() } : { spotId: Number(spot) };
      const { widthPx, heightPx } = photo;
      const { assessmentId } = assessment;
      onKept(
        await consoleClient().send('photo.add', {
          patientId,
          uploadId,
          assessmentId,
          spot: where,
          takenAtMs,
          note: note.trim(),
          widthPx,
          heightPx,
          crop,
        }),
      );
    } catch (error) {
      setProblem(errorWords(error));
      setSent(null);
      onNotKept();
    }
  }

  return (
    <form
      ref={form}
      noValidate
      className={classes.keep}
      aria-label="Keep the photo"
      onSubmit={(event) => {
        event.preventDefault();
        void keep();
      }}
    >
      <h3 className={classes.subtitle}>Keep it in the record</h3>
      <Text size="sm" fw={600}>
        {identityLine(patient)}
      </Text>
      {spots.length === 0 ? null : (
        <Radio.Group label="Which spot is it?" value={spot} onChange={setSpot}>
          <div className={classes.spotChoices}>
            {spots.map((known) => (
              <Radio.Card key={known.spot.spotId} value={String(known.spot.spotId)} className={classes.spotChoice ?? ''} p="xs">
                <Radio.Indicator />
                <img src={imageOf(known.thumbnailPng)} alt="" width={44} height={44} />
                <span>{spotWords(known.spot)}</span>
              </Radio.Card>
            ))}
            <Radio.Card value={NEW} className={classes.spotChoice ?? ''} p="xs">
              <Radio.Indicator />
              <span>A new spot</span>
            </Radio.Card>
          </div>
        </Radio.Group>
      )}
      {spot === NEW ? (
        <div className={classes.where}>
          <BodyMap value={region} known={new Set(spots.map((known) => known.spot.region))} onChange={setRegion} />
          <div className={classes.whereFields}>
            <Select
              label="Where on the skin"
              description="Point at the body, or choose here. Left and right are the patient’s own."
              placeholder="Choose, or type a part of it"
              required
              searchable
              data={REGIONS}
              value={region}
              error={wrong.region}
              onChange={(value) => setRegion(value as SkinRegion | null)}
            />
            <TextInput
              label="More exactly"
              placeholder="3 cm above the wrist"
              maxLength={120}
              value={detail}
              onChange={(event) => setDetail(event.currentTarget.value)}
            />
          </div>
        </div>
      ) : null}
      <TextInput
        type="datetime-local"
        label={`Taken at (clinic time, ${timeZone})`}
        required
        value={taken}
        error={wrong.taken}
        onChange={(event) => setTaken(event.currentTarget.value)}
      />
      <Textarea
        label="Note"
        autosize
        minRows={1}
        maxLength={500}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {problem === '' ? null : (
        <Alert color="red" variant="light" role="alert" title="The photo was not kept">
          {problem}
        </Alert>
      )}
      {sent === null ? null : <Progress value={sent * 100} aria-label="Taking the photo in" />}
      <Group>
        <Button
          type="submit"
          size="md"
          variant={assessment.outcome.kind === 'refused' ? 'default' : 'filled'}
          loading={sent !== null}
          disabled={!here.connected}
        >
          Keep photo{assessment.outcome.kind === 'assessed' ? ' and result' : ' without a result'}
        </Button>
        <Button size="md" variant="default" disabled={sent !== null} onClick={onDiscard}>
          Discard
        </Button>
      </Group>
    </form>
  );
}
