// Open alarms of the whole ward, the audio pause, and what the speaker can do.
import { create } from 'zustand';
import type { Alarm, AlarmPriority, AudioPause } from '../../src-main/contract/models.ts';

interface AlarmsState {
  readonly open: ReadonlyMap<string, Alarm>;
  readonly pause: AudioPause;
  /** `blocked`: the browser wants a click first; `unavailable`: it cannot make sound at all. */
  readonly sound: 'ready' | 'blocked' | 'unavailable';
  readonly loaded: boolean;
}

export const useAlarms = create<AlarmsState>(() => ({ open: new Map(), pause: null, sound: 'blocked', loaded: false }));

export function setOpenAlarms(alarms: readonly Alarm[]): void {
  const open = alarms.filter((alarm) => alarm.state !== 'cleared');
  useAlarms.setState({ open: new Map(open.map((alarm) => [alarm.alarmId, alarm])), loaded: true });
}

export function applyOpenAlarm(alarm: Alarm): void {
  useAlarms.setState((state) => {
    const open = new Map(state.open);
    if (alarm.state === 'cleared') open.delete(alarm.alarmId);
    else open.set(alarm.alarmId, alarm);
    return { open };
  });
}

export function setAudioPause(pause: AudioPause): void {
  useAlarms.setState({ pause });
}

const RANK: Readonly<Record<AlarmPriority, number>> = { high: 0, medium: 1, low: 2 };

export function priorityRank(priority: AlarmPriority): number {
  return RANK[priority];
}

/** Unacknowledged before acknowledged, then priority, then newest first. */
export function byUrgency(a: Alarm, b: Alarm): number {
  return (
    Number(isAcknowledged(a)) - Number(isAcknowledged(b)) || RANK[a.priority] - RANK[b.priority] || b.raisedAtMs - a.raisedAtMs
  );
}

export function isAcknowledged(alarm: Alarm): boolean {
  return alarm.state === 'acknowledged' || alarm.state === 'cleared';
}

/** The most urgent alarm that still calls for somebody; undefined when none does. */
export function worstUnacknowledged(alarms: Iterable<Alarm>): Alarm | undefined {
  return [...alarms].filter((alarm) => !isAcknowledged(alarm)).sort(byUrgency)[0];
}

/** What may sound now: unacknowledged, and not covered by a running pause; a higher priority breaks through it. */
export function audiblePriority(alarms: Iterable<Alarm>, pause: AudioPause, nowMs: number): AlarmPriority | null {
  const worst = worstUnacknowledged(alarms);
  if (worst === undefined) return null;
  const paused = pause !== null && pause.untilMs > nowMs && RANK[worst.priority] >= RANK[pause.maxPriority];
  return paused ? null : worst.priority;
}
