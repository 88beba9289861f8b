// Alarms and their limits: what is open, who acknowledges, how long sound is paused.
import type { Alarms } from '../alarms/alarms.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import { by, type HandlersOf, signedInUser } from './handler.ts';
import type { Rehearsals } from './rehearsals.ts';

export interface AlarmParts {
  readonly reads: Remote<StoreReads>;
  readonly writes: Remote<StoreWrites>;
  readonly alarms: Alarms;
  readonly rehearsals: Rehearsals;
  readonly now: () => number;
}

export function alarmHandlers({ reads, writes, alarms, rehearsals, now }: AlarmParts): HandlersOf<'alarm' | 'threshold'> {
  return {
    'alarm.list': async ({ which, patientId, limit }) => {
      const mine = (alarm: { readonly patientId: number | null }): boolean =>
        patientId === undefined || alarm.patientId === patientId;
      // What is open is answered from memory: it is right even while nothing can be written.
      const open = alarms.open().filter(mine);
      if (which === 'open') return open.slice(0, limit);
      const known = new Set(open.map((alarm) => alarm.alarmId));
      const stored = await reads.alarms({ which, limit, ...(patientId !== undefined && { patientId }) });
      return [...open, ...stored.filter((alarm) => !known.has(alarm.alarmId))]
        .sort((a, b) => b.raisedAtMs - a.raisedAtMs)
        .slice(0, limit);
    },
    'alarm.acknowledge': async ({ alarmId }, caller) => {
      const alarm = alarms.acknowledge(alarmId, signedInUser(caller).displayName);
      const subject = alarm.patientId === null ? `alarm ${alarm.alarmId}` : `patient ${alarm.patientId}`;
      await writes.addAudit({
        ...by(caller, now()),
        action: 'alarm.acknowledged',
        subject,
        detail: `${alarm.message}: ${alarm.detail}`,
      });
      return alarm;
    },
    'alarm.pauseAudio': async ({ seconds }, caller) => {
      const pause = alarms.pauseAudio(seconds, signedInUser(caller).displayName);
      const action = seconds === 0 ? 'alarm.audioResumed' : 'alarm.audioPaused';
      await writes.addAudit({ ...by(caller, now()), action, subject: 'console', detail: seconds === 0 ? '' : `${seconds} s` });
      return pause;
    },
    'alarm.audioPause': async () => alarms.audioPause(),
    'threshold.list': async ({ patientId }) => [...alarms.rules(patientId)],
    'threshold.rehearse': (change) => rehearsals.rule(change),
    'threshold.save': async (change, caller) => {
      if (change.patientId === null && signedInUser(caller).role !== 'admin') {
        throw new ConsoleError(
          'not_allowed',
          'Only an administrator changes limits for the whole ward. Change them for one patient instead.',
        );
      }
      const saved = await writes.saveThreshold({ ...by(caller, now()), rule: alarms.checkRule(change) });
      alarms.saveRule(saved);
      return saved;
    },
  };
}
