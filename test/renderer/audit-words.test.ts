// Every action that the console writes into its audit is told in plain words: what happened, to whom, at clinic time.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AUDIT_ACTIONS, actorWords, auditGroup, auditWords } from '../../src-renderer/screens/settings/audit-words.ts';

const CONTEXT = {
  timeZone: 'Europe/Berlin',
  patientName: (patientId: number) => (patientId === 4 ? 'Ada Example, MRN 1001' : undefined),
};
const MAIN = join(import.meta.dirname, '../../src-main');

function words(action: string, subject: string, detail = ''): string {
  return auditWords({ auditId: 1, atMs: 0, actor: 'Nina Nurse', action, subject, detail }, CONTEXT);
}

/** The names given as the action where a row is appended, in every source file. */
function writtenActions(): ReadonlySet<string> {
  const sources = readdirSync(MAIN, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const calls = /(?:append\(\s*\w+,|action:|const action =|#audit\(\w[^']*|BACKUP_\w+ =)\s*([^;{}\n]*)/g;
  const found = sources.flatMap((name) => {
    const text = readFileSync(join(MAIN, name), 'utf8');
    return [...text.matchAll(calls)].flatMap(([, part = '']) => [...part.matchAll(/'([a-z]+[A-Za-z]*\.[a-z]+[A-Za-z]*)'/g)]);
  });
  return new Set(found.flatMap(([, name]) => name ?? []));
}

describe('the audit in words', () => {
  it('knows every action that the console writes', () => {
    const written = writtenActions();
    expect([...written].filter((name) => !Object.hasOwn(AUDIT_ACTIONS, name))).toEqual([]);
    // The table has no more than that; a report's action ends in its format.
    const unwritten = Object.keys(AUDIT_ACTIONS).filter((name) => !written.has(name) && !name.startsWith('report.'));
    expect(unwritten).toEqual([]);
  });

  it.each([
    ['patient.add', 'patient 4', 'mrn 1001', 'Added Ada Example, MRN 1001'],
    [
      'patient.update',
      'patient 4',
      'location: "" → "A2"; birthDate: "1960-05-01" → "1961-05-01"',
      'Changed the record of Ada Example, MRN 1001: location: nothing → "A2"; birth date: "1960-05-01" → "1961-05-01"',
    ],
    [
      'device.bind',
      'device WEAR-01',
      'patient 4 from 2026-11-24T00:53:05.490Z',
      'Gave device WEAR-01 to Ada Example, MRN 1001, for readings from 24 Nov 2026, 01:53',
    ],
    ['device.unbind', 'device WEAR-01', 'patient 9', 'Took device WEAR-01 off patient 9'],
    ['device.update', 'device WEAR-01', 'http, new token', 'Gave device WEAR-01 a new token; the one before no longer works'],
    [
      'device.refused',
      'http from 10.0.0.7',
      '3 times no token',
      'Refused HTTP from 10.0.0.7, which could not prove which device it is: 3 times no token',
    ],
    [
      'observation.add',
      'patient 4',
      'heartRate 88 /min instead of 97 from WEAR-01',
      'Entered for Ada Example, MRN 1001: Heart rate 88 /min, in place of 97 from WEAR-01',
    ],
    [
      'photo.add',
      'patient 4',
      'photo 2, forearm-left-back (near the wrist), malignancy 0.011 low, model 1.0.0, file SHA-256 64b820f540a5',
      'Kept a skin photo of Ada Example, MRN 1001: photo 2, Left forearm, back (near the wrist), probability of malignancy 1.1%, low, model 1.0.0, file SHA-256 64b820f540a5',
    ],
    [
      'threshold.save',
      'rule spo2-very-low, patient 4',
      'below 90 %, 1 in a row, on',
      'Changed the alarm limit “Oxygen saturation very low” for Ada Example, MRN 1001: below 90%, on the first reading',
    ],
    [
      'threshold.save',
      'rule systolic-low, every patient',
      'below 101 mm[Hg], 3 in a row, off',
      'Changed the alarm limit “Systolic pressure low” for every patient: switched off (was set to below 101 mmHg)',
    ],
    [
      'alarm.acknowledged',
      'patient 4',
      'SpO₂ low: 93% is below 94%',
      'Acknowledged an alarm of Ada Example, MRN 1001: SpO₂ low: 93% is below 94%',
    ],
    [
      'session.refused',
      'from 127.0.0.1',
      'wrong user name or password',
      'Was not let in (from 127.0.0.1): wrong user name or password',
    ],
    [
      'retention.save',
      'storage',
      'raw 30 days, minutes for ever',
      'Set how long data is kept: single readings 30 days, minute summaries for ever',
    ],
    [
      'bluetooth.settings',
      'settings',
      '{"kind":"system","hci":1}, bindings end after 12 h',
      'Changed the Bluetooth settings: adapter hci1, devices leave their patients after 12 h',
    ],
    [
      'model.levels',
      'model heart',
      'moderate from 0.2, high from 0.5 → as trained',
      'Changed where the levels of Heart disease begin: moderate from 0.2, high from 0.5 → as trained',
    ],
  ])('%s of %s', (action, subject, detail, expected) => {
    expect(words(action, subject, detail)).toBe(expected);
  });

  it('tells an action of a later version as it stands', () => {
    expect(words('ward.renameRoom', 'room 3', 'A → B')).toBe('ward rename room, room 3: A → B');
    expect(auditGroup({ action: 'ward.renameRoom' })).toBeNull();
  });

  it('says that the console acted by itself', () => {
    expect(actorWords('console (binding ran out)')).toBe('The console (binding ran out)');
    expect(actorWords('Nina Nurse')).toBe('Nina Nurse');
  });
});
