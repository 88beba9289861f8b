// A new photo from file or camera to result: choose, crop, assess, keep or discard.
import { Alert, Button, FileButton, Group, Loader, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCamera, IconPhotoUp } from '@tabler/icons-react';
import { type DragEvent, type ReactElement, useEffect, useRef, useState } from 'react';
import { type Blocker, useNavigate } from 'react-router';
import type { Patient } from '../../../src-main/contract/models.ts';
import type { Photo, PhotoAssessment, PhotoCrop, PhotoModel } from '../../../src-main/contract/photos.ts';
import { consoleClient, errorWords } from '../../client/index.ts';
import { ageWords } from '../../stores/freshness.ts';
import { DISMISS } from '../patient/dismiss.ts';
import type { Here } from '../patient/use-patient.ts';
import { CameraDialog } from './camera-dialog.tsx';
import { CropBox } from './crop-box.tsx';
import { HeatOverlay } from './heat-overlay.tsx';
import { KeepForm } from './keep-form.tsx';
import { LeaveDialog, useLeaveAsked } from './leave-dialog.tsx';
import { spotWords } from './photo-words.ts';
import classes from './photos.module.css';
import { centredCrop, croppedPicture, forget, type ReadPhoto, readPhoto } from './read-photo.ts';
import { ResultView } from './result-view.tsx';

interface NewPhotoProps {
  readonly patient: Patient;
  readonly here: Here;
  readonly model: PhotoModel | null;
  readonly spots: readonly Photo[];
  readonly onKept: (photo: Photo) => void;
}

type Step =
  | { readonly name: 'choose'; readonly problem: string }
  | { readonly name: 'reading' }
  | { readonly name: 'crop'; readonly photo: ReadPhoto; readonly problem: string }
  | { readonly name: 'assessing'; readonly photo: ReadPhoto }
  | { readonly name: 'result'; readonly photo: ReadPhoto; readonly cropUrl: string; readonly assessment: PhotoAssessment };

const CHOOSE: Step = { name: 'choose', problem: '' };

export function NewPhoto({ patient, here, model, spots, onKept }: NewPhotoProps): ReactElement {
  const [step, setStep] = useState<Step>(CHOOSE);
  const [crop, setCrop] = useState<PhotoCrop>({ x: 0, y: 0, side: 1 });
  const [camera, setCamera] = useState(false);
  const [over, setOver] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  const choosing = useRef<HTMLElement>(null);
  const shown = 'photo' in step ? step.photo : null;
  const leaving = useLeaveAsked(shown !== null);
  const navigate = useNavigate();
  /** Where to go once the photo is kept. */
  const afterKept = useRef<Blocker['location']>(undefined);
  const keepForm = useRef<HTMLFormElement>(null);
  useEffect(() => (shown === null ? undefined : () => forget(shown)), [shown]);
  // Whoever cannot see that the step has changed is taken there.
  const { name } = step;
  const started = useRef(false);
  useEffect(() => {
    if (name === 'crop' || name === 'result') heading.current?.focus();
    else if (name === 'choose' && started.current) choosing.current?.focus();
    started.current ||= name !== 'choose';
  }, [name]);
  useEffect(() => {
    const there = afterKept.current;
    if (name !== 'choose' || there === undefined) return;
    afterKept.current = undefined;
    void navigate(there);
  }, [name, navigate]);

  async function open(file: File | null): Promise<void> {
    if (file === null) return;
    setCamera(false);
    setStep({ name: 'reading' });
    try {
      const photo = await readPhoto(file);
      setCrop(centredCrop(photo));
      setStep({ name: 'crop', photo, problem: '' });
    } catch (error) {
      setStep({ name: 'choose', problem: errorWords(error) });
    }
  }

  async function assess(photo: ReadPhoto): Promise<void> {
    setStep({ name: 'assessing', photo });
    try {
      const { side, rgbBase64, url } = await croppedPicture(photo, crop);
      const assessment = await consoleClient().send('photo.assess', { patientId: patient.patientId, side, rgbBase64 });
      setStep({ name: 'result', photo, cropUrl: url, assessment });
    } catch (error) {
      setStep({ name: 'crop', photo, problem: errorWords(error) });
    }
  }

  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    const [first, ...others] = event.dataTransfer.files;
    // Which of them was meant is not guessed.
    if (others.length > 0) setStep({ name: 'choose', problem: `${others.length + 1} files at once: drop one photo at a time.` });
    else void open(first ?? null);
  }

  function keepAndLeave(): void {
    afterKept.current = leaving.location;
    leaving.reset?.();
    keepForm.current?.requestSubmit();
  }

  const leaveDialog = (
    <LeaveDialog
      blocker={leaving}
      patientName={patient.name}
      hasResult={step.name === 'result' && step.assessment.outcome.kind === 'assessed'}
      {...(step.name === 'result' && here.connected && { onKeep: keepAndLeave })}
    />
  );
  switch (step.name) {
    case 'choose':
      return (
        <section
          ref={choosing}
          tabIndex={-1}
          className={classes.drop}
          data-over={over || undefined}
          aria-label="New skin photo"
          onDragOver={(event) => {
            event.preventDefault();
            setOver(true);
          }}
          onDragLeave={() => setOver(false)}
          onDrop={drop}
        >
          <IconPhotoUp size={36} aria-hidden="true" className={classes.quiet} />
          <Text fw={650}>Drop a dermatoscope photo here</Text>
          <Group justify="center">
            <FileButton onChange={(file) => void open(file)} accept="image/jpeg,image/png,image/webp,.jpg,.jpeg,.png,.webp">
              {(props) => (
                <Button {...props} size="md" leftSection={<IconPhotoUp size={20} />}>
                  Choose a file
                </Button>
              )}
            </FileButton>
            <Button size="md" variant="default" leftSection={<IconCamera size={20} />} onClick={() => setCamera(true)}>
              Use the camera
            </Button>
          </Group>
          <Text size="sm" c="dimmed">
            JPEG, PNG or WebP, up to 24 MiB. Nothing is kept until you say so.
          </Text>
          {step.problem === '' ? null : (
            <Alert color="yellow" variant="light" role="alert" title="This file was not taken" ta="left">
              {step.problem}
            </Alert>
          )}
          {camera ? <CameraDialog onPicture={(file) => void open(file)} onClose={() => setCamera(false)} /> : null}
        </section>
      );
    case 'reading':
      return <Busy words="Opening the photo…" />;
    case 'assessing':
      return (
        <>
          <Busy words={model?.state === 'ready' ? 'Assessing the photo…' : 'Preparing the photo…'} />
          {leaveDialog}
        </>
      );
    case 'crop':
      return (
        <section className={classes.card} aria-label="Crop the photo">
          <h2 className={classes.title} ref={heading} tabIndex={-1}>
            Frame the lesion
          </h2>
          <Text size="sm" c="dimmed">
            {step.photo.widthPx} × {step.photo.heightPx} px
          </Text>
          {step.photo.remark === '' ? null : <Text size="sm">{step.photo.remark}</Text>}
          <CropBox photo={step.photo} crop={crop} onCrop={setCrop} />
          {step.problem === '' ? null : (
            <Alert color="red" variant="light" role="alert" title="The photo was not assessed">
              {step.problem}
            </Alert>
          )}
          <Group>
            <Button size="md" disabled={!here.connected} onClick={() => void assess(step.photo)}>
              {model?.state === 'ready' ? 'Assess' : 'Go on'}
            </Button>
            <Button size="md" variant="default" onClick={() => setStep(CHOOSE)}>
              Another photo
            </Button>
          </Group>
          {leaveDialog}
        </section>
      );
    case 'result':
      return (
        <section className={classes.card} aria-label="Result">
          <h2 className={classes.title} ref={heading} tabIndex={-1}>
            {step.assessment.outcome.kind === 'assessed' ? 'Result, not kept yet' : 'No result; the photo is not kept yet'}
          </h2>
          <div className={classes.twoParts}>
            <HeatOverlay
              src={step.cropUrl}
              alt="The square that was assessed"
              heatMapPng={step.assessment.heatMapPng}
              assessed={step.assessment.outcome.kind === 'assessed'}
            />
            <ResultView
              outcome={step.assessment.outcome}
              run={step.assessment.run}
              model={model}
              about={`${step.assessment.outcome.kind === 'assessed' ? 'Assessed' : 'Tried'} ${ageWords(here.nowMs - step.assessment.assessedAtMs)} ago`}
            />
          </div>
          <Group>
            {step.assessment.outcome.kind === 'refused' ? <Button onClick={() => setStep(CHOOSE)}>Another photo</Button> : null}
            <Button variant="default" onClick={() => setStep({ name: 'crop', photo: step.photo, problem: '' })}>
              Crop again
            </Button>
          </Group>
          <KeepForm
            patient={patient}
            here={here}
            photo={step.photo}
            crop={crop}
            assessment={step.assessment}
            spots={spots}
            form={keepForm}
            onDiscard={() => setStep(CHOOSE)}
            onNotKept={() => {
              afterKept.current = undefined;
            }}
            onKept={(photo) => {
              notifications.show({ ...DISMISS, title: 'Photo kept', message: spotWords(photo.spot) });
              setStep(CHOOSE);
              onKept(photo);
            }}
          />
          {leaveDialog}
        </section>
      );
  }
}

function Busy({ words }: { readonly words: string }): ReactElement {
  return (
    <section className={classes.drop} aria-busy="true">
      <Loader aria-hidden="true" />
      <Text role="status">{words}</Text>
    </section>
  );
}
