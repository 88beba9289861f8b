// What the audit tells, in plain words: what happened, to whom. The rows themselves are chained by hash and stay as they were written.
import type { AuditEntry } from '../../../src-main/contract/models.ts';
import { INPUTS } from '../../../src-main/vitals/inputs.ts';
import { VITALS } from '../../../src-main/vitals/kinds.ts';
import { RISK_TITLES } from '../../../src-main/vitals/risk-titles.ts';
import { SKIN_REGIONS, type SkinRegion, skinRegionWords } from '../../../src-main/vitals/skin-regions.ts';
import { definitionOf, findUnit, unitSuffix } from '../../../src-main/vitals/units.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { watchedBy } from '../../components/alarm-now.ts';

export interface AuditContext {
  readonly timeZone: string;
  /** Name of a patient, also of one who was discharged; undefined where it is not known. */
  readonly patientName: (patientId: number) => string | undefined;
}

export const AUDIT_GROUPS = {
  patients: 'Patients and their values',
  devices: 'Devices and readings',
  alarms: 'Alarms and limits',
  users: 'Users and sign-ins',
  console: 'Settings and storage',
} as const;
export type AuditGroup = keyof typeof AUDIT_GROUPS;

/** What a row says, its times as clinic time and its names as people's words. */
interface Told {
  /** Whom or what it was done to. */
  readonly about: string;
  readonly detail: string;
  /** The detail as it was written. */
  readonly raw: string;
}

interface Action {
  readonly group: AuditGroup;
  readonly words: (told: Told) => string;
}

/** `text` followed by `detail`, where there is one. */
const and = (text: string, detail: string): string => (detail === '' ? text : `${text}: ${detail}`);
const action = (group: AuditGroup, words: Action['words']): Action => ({ group, words });

export const AUDIT_ACTIONS: Readonly<Record<string, Action>> = {
  'patient.add': action(
    'patients',
    ({ about, raw }) => `Added ${about.includes(', MRN ') ? about : `${about}, ${raw.replace(/^mrn/, 'MRN')}`}`,
  ),
  'patient.update': action('patients', ({ about, detail }) => and(`Changed the record of ${about}`, fieldWords(detail))),
  'patient.discharge': action('patients', ({ about }) => `Discharged ${about}`),
  'patient.readmit': action('patients', ({ about }) => `Admitted ${about} again`),
  'observation.add': action('patients', ({ about, detail }) => `Entered for ${about}: ${enteredWords(detail)}`),
  'observation.retract': action('patients', ({ about, detail }) => `Took back an entry of ${about}: ${enteredWords(detail)}`),
  'photo.add': action('patients', ({ about, detail }) => `Kept a skin photo of ${about}: ${photoWords(detail)}`),
  'photo.retract': action('patients', ({ about, detail }) => `Took back a skin photo of ${about}: ${photoWords(detail)}`),
  'prediction.withdraw': action('patients', ({ about, detail }) => `Withdrew risk scores of ${about}: ${detail}`),
  'report.pdf': action('patients', ({ about, detail }) => `Made a PDF report of ${about} for ${detail}`),
  'report.csv': action('patients', ({ about, detail }) => `Exported values of ${about} as a table (CSV) for ${detail}`),
  'report.fhir': action('patients', ({ about, detail }) => `Exported values of ${about} as FHIR for ${detail}`),

  'device.add': action('devices', ({ about, raw }) => `Added ${about}, ${transportWords(raw)}`),
  'device.update': action('devices', ({ about, raw }) =>
    raw.endsWith(', new token')
      ? `Gave ${about} a new token; the one before no longer works`
      : `Changed ${about}, ${transportWords(raw)}`,
  ),
  'device.restore': action('devices', ({ about, raw }) => `Took ${about} back into use, ${transportWords(raw)}`),
  'device.revoke': action('devices', ({ about }) => `Revoked ${about}: its readings are refused from then on`),
  'device.bind': action('devices', ({ about, detail }) => `Gave ${about} to ${detail.replace(' from ', ', for readings from ')}`),
  'device.unbind': action(
    'devices',
    ({ about, detail }) => `Took ${about} off ${detail.replace(' until ', ', whose readings end ')}`,
  ),
  'device.configure': action('devices', ({ about, detail }) => `Set how ${about} is read: ${detail}`),
  'device.refused': action('devices', ({ about, detail }) =>
    and(`Refused ${about}, which could not prove which device it is`, detail),
  ),
  'bluetooth.disconnected': action('devices', ({ about }) => `Ended the Bluetooth connection of ${about}`),
  'bluetooth.settings': action('devices', ({ raw }) => `Changed the Bluetooth settings: ${adapterWords(raw)}`),
  'unclaimed.claim': action('devices', ({ about, detail }) => `Assigned readings of ${about} to ${doubtWords(detail)}`),
  'unclaimed.setAside': action(
    'devices',
    ({ about, detail }) => `Set readings of ${about} aside as nobody’s, ${doubtWords(detail)}`,
  ),
  'unclaimed.undo': action('devices', ({ about, detail }) => `Undid what was decided about readings of ${about} (${detail})`),

  'alarm.acknowledged': action('alarms', ({ about, detail }) => `Acknowledged an alarm${ofSomebody(about)}: ${detail}`),
  'alarm.audioPaused': action('alarms', ({ raw }) => `Paused the sound of the alarms for ${raw}`),
  'alarm.audioResumed': action('alarms', () => 'Ended the pause of the alarms’ sound'),
  'threshold.save': action('alarms', ({ about, raw }) => `Changed the alarm limit ${about}: ${limitWords(raw)}`),
  'model.levels': action('alarms', ({ about, detail }) => `Changed where the levels of ${about} begin: ${detail}`),

  'user.add': action('users', ({ about, detail }) => `Added ${about}, ${detail}`),
  'user.disable': action('users', ({ about }) => `Locked ${about} out`),
  'user.enable': action('users', ({ about }) => `Let ${about} in again`),
  'session.start': action('users', ({ about }) => `Signed in as ${about}`),
  'session.ended': action('users', ({ about }) => `Signed out (${about})`),
  'session.refused': action('users', ({ about, detail }) => `Was not let in (${about}): ${detail}`),

  'settings.save': action('console', ({ detail }) => and('Changed the clinic’s settings', fieldWords(detail))),
  'retention.save': action('console', ({ detail }) => `Set how long data is kept: ${keptWords(detail)}`),
  'retention.remove': action('console', ({ about, detail }) => `Removed data older than it is kept: ${about}, ${detail}`),
  'backup.make': action('console', ({ about, detail }) => `Made a backup, ${about}: ${detail}`),
  'backup.restore': action('console', ({ about, detail }) =>
    detail === 'replaced by this backup' ? `Replaced everything by the backup ${about}` : `Restored a backup: ${detail}`,
  ),
  'selfTest.run': action('console', ({ detail }) => `Ran the self-test: ${detail}`),
  'selfTest.write': action('console', () => 'Wrote a test entry, as part of the self-test'),
  'selfTest.speaker': action('console', ({ detail }) => `Tested the loudspeaker: ${detail}`),
};

/** Null for an action that this version does not know: one of a later version, in a restored database. */
export function auditGroup({ action: name }: Pick<AuditEntry, 'action'>): AuditGroup | null {
  return AUDIT_ACTIONS[name]?.group ?? null;
}

export function auditWords(entry: AuditEntry, context: AuditContext): string {
  const { timeZone, patientName } = context;
  const people = (text: string): string =>
    text.replaceAll(/\bpatient (\d+)\b/g, (all, id: string) => patientName(Number(id)) ?? all);
  const detail = people(withClinicTimes(entry.detail, timeZone));
  const about = people(subjectWords(entry.subject));
  const known = AUDIT_ACTIONS[entry.action];
  if (known !== undefined) return known.words({ about, detail, raw: entry.detail });
  return and(
    `${entry.action.replace('.', ' ').replaceAll(/(?<=[a-z])[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`)}, ${about}`,
    detail,
  );
}

/** Whom it was done by; the console acts by itself too. */
export function actorWords(actor: string): string {
  return actor.replace(/^console\b/, 'The console');
}

function withClinicTimes(text: string, timeZone: string): string {
  return text.replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (iso) => dateTimeText(Date.parse(iso), timeZone));
}

function subjectWords(subject: string): string {
  const [, rule = '', whom = ''] = /^rule ([^,]+), (.+)$/.exec(subject) ?? [];
  if (rule !== '') return `“${ruleWords(rule)}” for ${whom}`;
  const model = /^model (\w+)$/.exec(subject)?.[1];
  if (model !== undefined) return model === 'skin' ? 'the skin model' : (RISK_TITLES[model as keyof typeof RISK_TITLES] ?? model);
  return subject.replace(/^(http|mqtt)(?= from )/, (link) => link.toUpperCase());
}

/** `Oxygen saturation very low` of `spo2-very-low`. */
function ruleWords(rule: string): string {
  const watched = watchedBy(rule);
  if (watched === null) return rule;
  if ('model' in watched) return `${RISK_TITLES[watched.model]}: high risk`;
  const [kind] = watched.kinds;
  const degree = /(?:very-)?(?:low|high)$/.exec(rule)?.[0].replace('-', ' ') ?? '';
  return kind === undefined ? rule : `${VITALS[kind].title} ${degree}`;
}

/** `below 92%, on the first reading` of `below 92 %, 1 in a row, on`. */
function limitWords(raw: string): string {
  const [, side = '', limit = '', unit = '', count = '', isOn = ''] =
    /^(below|above) (\S+) (\S+), (\d+) in a row, (on|off)$/.exec(raw) ?? [];
  if (side === '') return raw;
  const figure = unit === '1' ? `${Math.round(Number(limit) * 100)}%` : `${limit}${unitSuffix(labelOf(unit))}`;
  const when = count === '1' ? 'on the first reading' : `after ${count} readings in a row`;
  return isOn === 'off' ? `switched off (was set to ${side} ${figure})` : `${side} ${figure}, ${when}`;
}

function labelOf(ucum: string): string {
  for (const kind of [...Object.keys(VITALS), ...Object.keys(INPUTS)] as (keyof typeof VITALS)[]) {
    const unit = findUnit(kind, ucum);
    if (unit !== null) return unit.label;
  }
  return ucum;
}

/** `Heart rate 88 /min` of `heartRate 88 /min`. */
function enteredWords(detail: string): string {
  const kind = /^\w+/.exec(detail)?.[0] ?? '';
  if (!Object.hasOwn(VITALS, kind) && !Object.hasOwn(INPUTS, kind)) return detail;
  const row = definitionOf(kind as keyof typeof VITALS);
  const rest = detail.slice(kind.length).replace(/^( \S+) (\S+)/, (all, value: string, unit: string) => {
    const found = findUnit(kind as keyof typeof VITALS, unit);
    return found === null ? all : `${value}${unitSuffix(found.label)}`;
  });
  return `${row.title}${rest.replace(' instead of ', ', in place of ')}`;
}

function photoWords(detail: string): string {
  const region = SKIN_REGIONS.filter((name) => detail.includes(`, ${name}`)).toSorted((a, b) => b.length - a.length)[0];
  const placed = region === undefined ? detail : detail.replace(region, skinRegionWords(region as SkinRegion));
  return placed.replace(/malignancy (\d\.\d+) (\w+)/, (_, probability: string, level: string) => {
    return `probability of malignancy ${(Number(probability) * 100).toFixed(1)}%, ${level}`;
  });
}

/** `location: "A1" → "A2"` with the fields' names as words, and what was empty said to be. */
function fieldWords(detail: string): string {
  return detail
    .replaceAll(/(^|; )([a-z][A-Za-z]*): /g, (_, before: string, field: string) => `${before}${spaced(field)}: `)
    .replaceAll('""', 'nothing');
}

function spaced(name: string): string {
  return name === 'mrn' ? 'MRN' : name.replaceAll(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

function transportWords(raw: string): string {
  const over = raw.startsWith('bluetooth') ? 'over Bluetooth' : 'over the network';
  return raw.endsWith(', new token') ? `${over}, with a token of its own` : over;
}

function adapterWords(raw: string): string {
  const end = raw.lastIndexOf('}') + 1;
  try {
    const adapter = JSON.parse(raw.slice(0, end)) as {
      readonly kind: string;
      readonly hci?: number | null;
      readonly port?: string;
    };
    const which =
      adapter.kind === 'uart'
        ? `the adapter on ${adapter.port ?? 'a serial port'}`
        : adapter.hci === undefined || adapter.hci === null
          ? 'this computer’s own adapter'
          : `adapter hci${adapter.hci}`;
    return `${which}${raw
      .slice(end)
      .replace('bindings do not run out', 'devices stay with their patients until taken off')
      .replace(/bindings end after (\d+) h/, 'devices leave their patients after $1 h')}`;
  } catch {
    return raw;
  }
}

function doubtWords(detail: string): string {
  return detail.includes('in doubt, ') ? `${detail.replace('in doubt, ', '')} (their time was in doubt)` : detail;
}

function ofSomebody(about: string): string {
  return about.startsWith('alarm ') ? '' : ` of ${about}`;
}

const KEPT_WORDS: Readonly<Record<string, string>> = {
  raw: 'single readings',
  minutes: 'minute summaries',
  hours: 'hour summaries',
  scores: 'model scores',
};

function keptWords(detail: string): string {
  return detail.replaceAll(/(^|, )(\w+) /g, (all, before: string, kind: string) => {
    const words = KEPT_WORDS[kind];
    return words === undefined ? all : `${before}${words} `;
  });
}
