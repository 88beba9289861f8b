// Whether alarms can be heard: on, paused with a countdown, blocked by the browser, or not possible here.
import { Button } from '@mantine/core';
import { IconPlayerPause, IconVolume, IconVolumeOff } from '@tabler/icons-react';
import { useCommand } from '../../client/use-command.ts';
import { enableSound } from '../../sound/alarm-sound.ts';
import { useAlarms } from '../../stores/alarms.ts';
import { useNowMs } from '../../stores/clock.ts';
import classes from './app-shell.module.css';

/** The longest pause there is: two minutes. */
const PAUSE_SECONDS = 120;

export function AudioState() {
  const sound = useAlarms((state) => state.sound);
  const pause = useAlarms((state) => state.pause);
  const nowMs = useNowMs();
  const { run, pending } = useCommand('alarm.pauseAudio');
  if (sound === 'unavailable') {
    return (
      <span className={classes.state} data-warn>
        <IconVolumeOff size={20} aria-hidden="true" />
        No sound on this computer
      </span>
    );
  }
  if (sound === 'blocked') {
    return (
      <Button color="yellow.5" leftSection={<IconVolumeOff size={20} aria-hidden="true" />} onClick={enableSound}>
        Sound blocked: turn it on
      </Button>
    );
  }
  const leftMs = pause === null ? 0 : pause.untilMs - nowMs;
  if (leftMs > 0) {
    return (
      <Button
        variant="default"
        loading={pending}
        leftSection={<IconPlayerPause size={20} aria-hidden="true" />}
        onClick={() => void run({ seconds: 0 })}
      >
        Paused {countdown(leftMs)} · resume
      </Button>
    );
  }
  return (
    <Button
      variant="default"
      loading={pending}
      leftSection={<IconVolume size={20} aria-hidden="true" />}
      onClick={() => void run({ seconds: PAUSE_SECONDS })}
    >
      Pause sound 2 min
    </Button>
  );
}

/** `1:07`. */
export function countdown(leftMs: number): string {
  const seconds = Math.ceil(leftMs / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
