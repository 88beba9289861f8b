// Sounds the most urgent alarm that may be heard. Browsers hold sound back until somebody has clicked; that is shown, never hidden.
import type { AlarmPriority } from '../../src-main/contract/models.ts';
import { audiblePriority, priorityRank, useAlarms } from '../stores/alarms.ts';
import { useClock } from '../stores/clock.ts';
import { useConnection } from '../stores/connection.ts';
import { useSession } from '../stores/session.ts';
import { TONE_PATTERNS } from './tone-pattern.ts';

/** A console that cannot be heard this long cannot raise alarms here: that itself sounds. */
const CONNECTION_GRACE_MS = 10_000;

let context: AudioContext | null = null;

/** Starts once for the life of the window. */
export function startAlarmSound(): void {
  context = openAudio();
  if (context === null) {
    useAlarms.setState({ sound: 'unavailable' });
    return;
  }
  context.addEventListener('statechange', showState);
  showState();
  for (const gesture of ['pointerdown', 'keydown'] as const) window.addEventListener(gesture, enableSound, { passive: true });
  let lastPriority: AlarmPriority | null = null;
  let lastAtMs = 0;
  setInterval(() => {
    const priority = priorityNow();
    const moreUrgent = priority !== null && (lastPriority === null || priorityRank(priority) < priorityRank(lastPriority));
    const due = priority !== null && Date.now() - lastAtMs >= TONE_PATTERNS[priority].repeatMs;
    if (priority !== null && (moreUrgent || due)) {
      playPriority(priority);
      lastAtMs = Date.now();
    }
    lastPriority = priority;
  }, 500);
}

export function enableSound(): void {
  if (context?.state === 'suspended') void context.resume().then(showState);
}

/** One burst; does nothing while sound is blocked. */
export function playPriority(priority: AlarmPriority): void {
  if (context === null || context.state !== 'running') return;
  const { startsSeconds, toneSeconds, pitchesHz } = TONE_PATTERNS[priority];
  for (const [index, start] of startsSeconds.entries())
    tone(context, context.currentTime + 0.05 + start, toneSeconds, pitchesHz[index] ?? 523);
}

function priorityNow(): AlarmPriority | null {
  if (useSession.getState().phase !== 'signed-in') return null;
  const { open, pause } = useAlarms.getState();
  const { nowMs } = useClock.getState();
  const alarm = audiblePriority(open.values(), pause, nowMs);
  const { connected, lostAtMs } = useConnection.getState();
  const deaf = !connected && lostAtMs !== null && nowMs - lostAtMs > CONNECTION_GRACE_MS;
  return deaf && alarm !== 'high' ? 'medium' : alarm;
}

/** A fundamental with three harmonics, soft at both ends so that it does not click. */
function tone(audio: AudioContext, atSeconds: number, seconds: number, pitchHz: number): void {
  const gain = audio.createGain();
  gain.connect(audio.destination);
  gain.gain.setValueAtTime(0, atSeconds);
  gain.gain.linearRampToValueAtTime(0.22, atSeconds + 0.02);
  gain.gain.setValueAtTime(0.22, atSeconds + seconds - 0.03);
  gain.gain.linearRampToValueAtTime(0, atSeconds + seconds);
  for (const harmonic of [1, 2, 3, 4]) {
    const part = audio.createGain();
    part.gain.value = 1 / (harmonic * harmonic);
    part.connect(gain);
    const oscillator = audio.createOscillator();
    oscillator.frequency.value = pitchHz * harmonic;
    oscillator.connect(part);
    oscillator.start(atSeconds);
    oscillator.stop(atSeconds + seconds);
  }
}

function openAudio(): AudioContext | null {
  try {
    return new AudioContext();
  } catch {
    return null;
  }
}

function showState(): void {
  useAlarms.setState({ sound: context?.state === 'running' ? 'ready' : 'blocked' });
}
