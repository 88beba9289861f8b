// The life of one alarm, as pure transitions.
//
//            raise               condition ends (latching)
//   (none) ────────► active ───────────────────────────────► latched ──┐ acknowledge
//                      │  ▲                                     │       ▼
//          acknowledge │  └──────── condition returns ──────────┘    cleared
//                      ▼                                                ▲
//                acknowledged ───────── condition ends ─────────────────┘
//
// Physiological alarms latch: they stay until a named user has acknowledged them. Technical alarms (a lost signal) do not: they
// clear when their cause ends, but are shown for `LEAST_SHOWN_MS` even if that is at once.
import type { Alarm, AlarmPriority } from '../contract/models.ts';

export const LEAST_SHOWN_MS = 5_000;
/** An alarm that is acknowledged but goes on is brought back to mind this often. */
export const REMIND_AFTER_MS = 3 * 60_000;

export interface NewAlarm {
  readonly category: Alarm['category'];
  readonly rule: string;
  readonly priority: AlarmPriority;
  readonly patientId: number | null;
  readonly deviceId: string | null;
  readonly message: string;
  readonly detail: string;
}

const RANK: { readonly [P in AlarmPriority]: number } = { low: 0, medium: 1, high: 2 };

export function isHigher(a: AlarmPriority, b: AlarmPriority): boolean {
  return RANK[a] > RANK[b];
}

/** Nobody has acknowledged it: it may sound. */
export function isUnacknowledged(alarm: Alarm): boolean {
  return alarm.state === 'active' || alarm.state === 'latched';
}

/** One open alarm per key: a rule of a patient, or a technical rule of a device (of a patient, of the console). */
export function alarmKey(alarm: Pick<NewAlarm, 'category' | 'rule' | 'patientId' | 'deviceId'>): string {
  const of =
    alarm.category === 'technical' && alarm.deviceId !== null ? `device:${alarm.deviceId}` : `patient:${alarm.patientId ?? ''}`;
  return `${alarm.category}|${alarm.rule}|${of}`;
}

export function raised(spec: NewAlarm, alarmId: string, atMs: number): Alarm {
  return {
    alarmId,
    ...spec,
    raisedAtMs: atMs,
    lastSeenAtMs: atMs,
    endedAtMs: null,
    acknowledgedAtMs: null,
    acknowledgedBy: null,
    state: 'active',
  };
}

/** The condition holds (again): a latched alarm becomes active, it is not raised a second time. */
export function seen(alarm: Alarm, atMs: number): Alarm {
  if (alarm.state === 'cleared') return alarm;
  const state = alarm.state === 'acknowledged' ? 'acknowledged' : 'active';
  return { ...alarm, lastSeenAtMs: atMs, endedAtMs: null, state };
}

/** The condition ended. An alarm nobody acknowledged stays, as `latched`. */
export function ended(alarm: Alarm, atMs: number): Alarm {
  if (alarm.state === 'active') return { ...alarm, endedAtMs: atMs, state: 'latched' };
  if (alarm.state === 'acknowledged') return { ...alarm, endedAtMs: atMs, state: 'cleared' };
  return alarm;
}

/** The first name stands: acknowledging twice changes nothing. */
export function acknowledged(alarm: Alarm, by: string, atMs: number): Alarm {
  if (!isUnacknowledged(alarm)) return alarm;
  const state = alarm.state === 'active' ? 'acknowledged' : 'cleared';
  return { ...alarm, acknowledgedAtMs: atMs, acknowledgedBy: by, state };
}

/** A technical alarm whose cause has ended and that has been shown long enough. */
export function expired(alarm: Alarm): Alarm {
  return alarm.category === 'technical' && alarm.state === 'latched' ? { ...alarm, state: 'cleared' } : alarm;
}
