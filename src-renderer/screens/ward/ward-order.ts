// In which order tiles stand, and which of them a search leaves.
import type { Alarm, PatientLive } from '../../../src-main/contract/models.ts';
import { isAcknowledged, priorityRank } from '../../stores/alarms.ts';

const WARD_ORDERS = ['urgency', 'name', 'location'] as const;
export type WardOrder = (typeof WARD_ORDERS)[number];

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

/** 0 to 2: unacknowledged high to low; 3 to 5: acknowledged; 6: no alarm. */
function alarmRank(alarms: readonly Alarm[]): number {
  return alarms.reduce((rank, alarm) => Math.min(rank, priorityRank(alarm.priority) + (isAcknowledged(alarm) ? 3 : 0)), 6);
}

/** Alarms first, then NEWS2; equal ones by location and name, so that tiles do not jump about. */
export function orderWard(patients: readonly PatientLive[], order: WardOrder): readonly PatientLive[] {
  const byPlace = (a: PatientLive, b: PatientLive): number =>
    collator.compare(a.patient.location, b.patient.location) || collator.compare(a.patient.name, b.patient.name);
  const compare: Readonly<Record<WardOrder, (a: PatientLive, b: PatientLive) => number>> = {
    urgency: (a, b) => alarmRank(a.alarms) - alarmRank(b.alarms) || b.news2.score - a.news2.score || byPlace(a, b),
    name: (a, b) => collator.compare(a.patient.name, b.patient.name) || byPlace(a, b),
    location: byPlace,
  };
  return [...patients].sort(compare[order]);
}

/** Every word of the search must be in name, MRN or location; accents do not matter. */
export function searchWard(patients: readonly PatientLive[], search: string): readonly PatientLive[] {
  const words = plain(search)
    .split(/\s+/)
    .filter((word) => word !== '');
  return patients.filter(({ patient }) => {
    const text = plain(`${patient.name} ${patient.mrn} ${patient.location}`);
    return words.every((word) => text.includes(word));
  });
}

function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
}
