// Since when a device is, or is not, somebody's: from now on, or from an earlier time that is typed on the clinic's clock.
import { dateTimeText, instantOfInput } from '../../charts/clinic-time.ts';

const MINUTE_MS = 60_000;

export interface SinceDraft {
  readonly earlier: boolean;
  /** As a date-time field writes it, on the clinic's clock. */
  readonly text: string;
}

export const FROM_NOW_ON: SinceDraft = { earlier: false, text: '' };

export type ReadSince =
  /** Null: from now on. */
  { readonly ok: true; readonly fromMs: number | null } | { readonly ok: false; readonly message: string };

/** @param notBeforeMs UTC ms; the minute it falls in stands for itself, as nobody types seconds */
export function readSince(
  { earlier, text }: SinceDraft,
  { nowMs, notBeforeMs, timeZone }: { readonly nowMs: number; readonly notBeforeMs: number; readonly timeZone: string },
): ReadSince {
  if (!earlier) return { ok: true, fromMs: null };
  const typedMs = instantOfInput(text, timeZone);
  if (typedMs === null) return { ok: false, message: 'Enter date and time' };
  if (typedMs > nowMs) return { ok: false, message: 'This time is yet to come' };
  if (typedMs < notBeforeMs - (notBeforeMs % MINUTE_MS))
    return { ok: false, message: `Not before ${dateTimeText(notBeforeMs, timeZone)}, when it was given to them` };
  return { ok: true, fromMs: Math.max(typedMs, notBeforeMs) };
}
