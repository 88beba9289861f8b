// Who the patient is, in the words that stand in the header: never a name alone.
import type { Patient } from '../../../src-main/contract/models.ts';
import { dayKey } from '../../charts/clinic-time.ts';

/** Whole years on the clinic's calendar today. */
export function ageYears(birthDate: string, nowMs: number, timeZone: string): number {
  const [year = 0, month = 1, day = 1] = birthDate.split('-').map(Number);
  const [yearNow = 0, monthNow = 1, dayNow = 1] = dayKey(nowMs, timeZone).split('-').map(Number);
  const hadBirthday = monthNow > month || (monthNow === month && dayNow >= day);
  return yearNow - year - (hadBirthday ? 0 : 1);
}

/** `12 Mar 1951`: a month in letters cannot be read as a day. */
export function birthDateText(birthDate: string): string {
  return new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
    Date.parse(`${birthDate}T00:00:00Z`),
  );
}

/** Months count below two years, weeks below three months: a baby's age in years says nothing. */
export function ageText(birthDate: string, nowMs: number, timeZone: string): string {
  const years = ageYears(birthDate, nowMs, timeZone);
  if (years >= 2) return `${years} y`;
  const days = Math.max(0, Math.floor((nowMs - Date.parse(`${birthDate}T00:00:00Z`)) / 86_400_000));
  return days < 91 ? `${Math.floor(days / 7)} weeks` : `${Math.floor(days / 30.44)} months`;
}

export const sexText = (sex: Patient['sex']): string => (sex === 'unknown' ? 'sex not recorded' : sex);

/** The patient in one line for dialogs and toasts: name, number and birth date together. */
export const identityLine = ({ name, mrn, birthDate }: Patient): string =>
  `${name}, MRN ${mrn}, born ${birthDateText(birthDate)}`;
