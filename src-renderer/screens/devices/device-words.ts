// A device in plain words: why it is believed, how its clock stands, what it is handing in, and since when it has not been heard.
import type { Device, UnclaimedSpan } from '../../../src-main/contract/models.ts';
import { VITALS } from '../../../src-main/vitals/kinds.ts';
import { displayUnitFor, formatNumber, unitLabel, unitSuffix } from '../../../src-main/vitals/units.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import type { UnitSettings } from '../../components/describe-vital.ts';
import { ageWords } from '../../stores/freshness.ts';

export interface Remark {
  readonly tone: 'good' | 'calm' | 'warn' | 'bad';
  readonly text: string;
}

/** Why its readings are believed; of a token also when it was last used, and from where: by that a stolen one is found out. */
export function trustRemark(device: Device, timeZone: string, nowMs: number): Remark {
  const { trust, transport, addedAtMs, revokedAtMs } = device;
  if (revokedAtMs !== null)
    return {
      tone: 'bad',
      text: `Revoked on ${dateTimeText(revokedAtMs, timeZone)}: nothing it sends is taken${usedWords(device, nowMs)}`,
    };
  switch (trust) {
    case 'proved':
      return { tone: 'good', text: 'Has proved that it is this wearable' };
    case 'token':
      return { tone: 'good', text: `Proves itself with its token, by ${transport.toUpperCase()}${usedWords(device, nowMs)}` };
    case 'paired':
      return { tone: 'calm', text: `Cannot prove itself; paired by a person on ${dateTimeText(addedAtMs, timeZone)}` };
    case 'refused':
      return { tone: 'bad', text: 'Could not prove that it is this wearable: nothing it sends is taken' };
  }
}

function usedWords({ transport, tokenUsedAtMs, tokenUsedFrom }: Device, nowMs: number): string {
  if (transport === 'bluetooth') return '';
  if (tokenUsedAtMs === null) return '; its token was never used';
  return `; token last used ${ageWords(nowMs - tokenUsedAtMs)} ago${tokenUsedFrom === null ? '' : ` from ${tokenUsedFrom}`}`;
}

/** Null where there is nothing to say: most clocks are right. */
export function clockRemark({ clock, clockOffsetMs }: Pick<Device, 'clock' | 'clockOffsetMs'>): Remark | null {
  if (clock === 'unset') return { tone: 'warn', text: 'Its clock is not set: what it sends is dated on arrival' };
  if (clock !== 'corrected' || clockOffsetMs === null) return null;
  const way = clockOffsetMs < 0 ? 'behind' : 'ahead';
  return { tone: 'warn', text: `Its clock is ${offsetWords(Math.abs(clockOffsetMs))} ${way}; corrected on arrival` };
}

/** `95 s`, `90 min`, `5 h 20 min`: whoever sets a clock wants it to the minute. */
function offsetWords(offsetMs: number): string {
  const minutes = Math.round(offsetMs / 60_000);
  if (offsetMs < 120_000) return `${Math.round(offsetMs / 1000)} s`;
  if (minutes < 120) return `${minutes} min`;
  if (minutes >= 2 * 24 * 60) return ageWords(offsetMs);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** `Handing in what it kept: 120 of 340`, with the share for a bar. */
export function backfillWords({
  backfill,
}: Pick<Device, 'backfill'>): { readonly text: string; readonly percent: number } | null {
  if (backfill === null) return null;
  const { received, expected } = backfill;
  const known = Math.max(received, expected);
  return {
    text: `Handing in what it kept: ${received.toLocaleString('en-GB')} of ${known.toLocaleString('en-GB')}`,
    percent: known === 0 ? 0 : (received / known) * 100,
  };
}

/** When a binding ends by itself: `ends in 3 h by itself`. */
export function bindingEndWords(boundTo: Pick<NonNullable<Device['boundTo']>, 'untilMs'>, nowMs: number): string {
  const { untilMs } = boundTo;
  if (untilMs === null) return '';
  return untilMs <= nowMs ? 'ends now' : `ends by itself in ${ageWords(untilMs - nowMs)}`;
}

/** How long a lost device has been lost. */
export function lostWords({ state, lastHeardAtMs }: Pick<Device, 'state' | 'lastHeardAtMs'>, nowMs: number): string {
  if (lastHeardAtMs === null) return '';
  const age = ageWords(nowMs - lastHeardAtMs);
  return state === 'lost' || state === 'stopped' ? `last heard ${age} ago` : `heard ${age} ago`;
}

/** Of readings whose time may be wrong: what the person who decides must know. */
export const DOUBT_WORDS =
  'In doubt: received after the device had left whoever wore it then. Either it had kept them, or its clock runs behind and they are the next wearer’s.';

/** What was measured, to recognise somebody by: `Heart rate 61–84 /min`. */
export function spanVitalsWords({ vitals }: Pick<UnclaimedSpan, 'vitals'>, units: UnitSettings): string {
  return vitals
    .map(({ kind, min, max }) => {
      const unit = displayUnitFor(kind, units);
      const [low, high] = [formatNumber(kind, min, unit), formatNumber(kind, max, unit)];
      return `${VITALS[kind].title} ${low === high ? low : `${low}–${high}`}${unitSuffix(unitLabel(kind, unit))}`;
    })
    .join(', ');
}

/** `24 Nov 2026, 14:02 to 14:43`, or one time where there is one reading. */
export function spanTimeWords({ fromMs, toMs }: Pick<UnclaimedSpan, 'fromMs' | 'toMs'>, timeZone: string): string {
  const [from, to] = [dateTimeText(fromMs, timeZone), dateTimeText(toMs, timeZone)];
  return from === to ? from : `${from} to ${to}`;
}
