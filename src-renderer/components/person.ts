// A patient in a few words, so that the wrong one is not picked.
import type { Patient } from '../../src-main/contract/models.ts';

type Sex = Patient['sex'];

const SEX_WORDS: Readonly<Record<Sex, string>> = { female: 'female', male: 'male', other: 'other', unknown: 'sex unknown' };

/** Whole years on that day; both in UTC, as a birth date has no zone. */
export function ageYears(birthDate: string, nowMs: number): number {
  const [year = 0, month = 1, day = 1] = birthDate.split('-').map(Number);
  const now = new Date(nowMs);
  const beforeBirthday = now.getUTCMonth() + 1 < month || (now.getUTCMonth() + 1 === month && now.getUTCDate() < day);
  return now.getUTCFullYear() - year - (beforeBirthday ? 1 : 0);
}

export function sexWord(sex: Sex): string {
  return SEX_WORDS[sex];
}

/** `MRN 104274 · born 1948-11-23 · A2`. */
export function identityLine(patient: Pick<Patient, 'mrn' | 'birthDate' | 'location'>): string {
  return [`MRN ${patient.mrn}`, `born ${patient.birthDate}`, patient.location].filter((part) => part !== '').join(' · ');
}
