// Takes a picture with the computer's camera; says in plain words why it cannot.
import { Alert, Button, Group, Select, Text } from '@mantine/core';
import { IconCamera } from '@tabler/icons-react';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { Dialog } from '../../components/dialog.tsx';
import { cameraProblem } from './camera-problem.ts';
import classes from './photos.module.css';

interface CameraDialogProps {
  readonly onPicture: (file: File) => void;
  readonly onClose: () => void;
}

export function CameraDialog({ onPicture, onClose }: CameraDialogProps): ReactElement {
  const video = useRef<HTMLVideoElement>(null);
  const [problem, setProblem] = useState('');
  const [running, setRunning] = useState(false);
  const [cameras, setCameras] = useState<readonly MediaDeviceInfo[]>([]);
  const [chosen, setChosen] = useState<string | null>(null);
  const [round, setRound] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the round asks again
  useEffect(() => {
    let stream: MediaStream | null = null;
    let gone = false;
    const stop = (): void => {
      for (const track of stream?.getTracks() ?? []) track.stop();
    };
    async function start(): Promise<void> {
      setProblem('');
      setRunning(false);
      try {
        if (!window.isSecureContext) throw new Error('not a secure context');
        const which = chosen === null ? { facingMode: 'environment' } : { deviceId: { exact: chosen } };
        stream = await navigator.mediaDevices.getUserMedia({
          video: { ...which, width: { ideal: 1920 }, height: { ideal: 1440 } },
        });
        if (gone) return stop();
        const shown = video.current;
        if (shown === null) return stop();
        shown.srcObject = stream;
        await shown.play();
        setRunning(true);
        const devices = await navigator.mediaDevices.enumerateDevices();
        if (!gone) setCameras(devices.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId !== ''));
      } catch (error) {
        if (!gone) setProblem(cameraProblem(error, window.isSecureContext));
      }
    }
    void start();
    return () => {
      gone = true;
      stop();
    };
  }, [chosen, round]);

  function take(): void {
    const shown = video.current;
    if (shown === null) return;
    const canvas = document.createElement('canvas');
    canvas.width = shown.videoWidth;
    canvas.height = shown.videoHeight;
    canvas.getContext('2d')?.drawImage(shown, 0, 0);
    canvas.toBlob(
      (blob) => {
        if (blob === null) setProblem('The picture could not be taken. Try again.');
        else onPicture(new File([blob], 'camera.jpg', { type: blob.type, lastModified: Date.now() }));
      },
      'image/jpeg',
      0.95,
    );
  }

  return (
    <Dialog opened onClose={onClose} title="Take a picture" size="xl">
      {problem === '' ? (
        <>
          <video ref={video} className={classes.video} muted playsInline aria-label="Live picture of the camera" />
          <Text size="sm" c="dimmed" mt="xs">
            Use a dermatoscope. Hold it still on the skin, wait until the picture is sharp.
          </Text>
          {cameras.length > 1 ? (
            <Select
              mt="sm"
              label="Camera"
              data={cameras.map(({ deviceId, label }, index) => ({ value: deviceId, label: label || `Camera ${index + 1}` }))}
              value={chosen ?? cameras[0]?.deviceId ?? null}
              allowDeselect={false}
              onChange={setChosen}
            />
          ) : null}
        </>
      ) : (
        <Alert color="yellow" variant="light" role="alert" title="The camera cannot be used">
          {problem}
        </Alert>
      )}
      <Group mt="md">
        {problem === '' ? (
          <Button size="md" leftSection={<IconCamera size={20} />} disabled={!running} onClick={take} data-autofocus>
            Take the picture
          </Button>
        ) : (
          <Button onClick={() => setRound((before) => before + 1)}>Try again</Button>
        )}
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
      </Group>
    </Dialog>
  );
}
