// What a value may be: refused where impossible, asked about where unusual, with the limits in words and in the unit the person uses.
import type { ObservationKind } from './inputs.ts';
import type { Limits } from './kinds.ts';
import { definitionOf, findUnit, formatNumber, fromCanonical, unitSuffix, unitsOf } from './units.ts';

export type ValueCheck =
  | { readonly verdict: 'ok' }
  | {
      readonly verdict: 'unusual' | 'impossible';
      /** A whole sentence. */
      readonly message: string;
      /** As in "70–100%". */
      readonly limit: string;
    };

const OK: ValueCheck = { verdict: 'ok' };

/** `value` in canonical unit; `displayUnit` only words the limits. */
export function checkValue(kind: ObservationKind, value: number, displayUnit?: string): ValueCheck {
  const row = definitionOf(kind);
  const options = 'options' in row ? row.options : undefined;
  if (options !== undefined) {
    if (options.some((option) => option.value === value)) return OK;
    const limit = options.map((option) => `${option.value} ${option.label}`).join(', ');
    return { verdict: 'impossible', message: `${row.title} must be one of: ${limit}.`, limit };
  }
  if (!Number.isFinite(value) || value < row.hard.low || value > row.hard.high) {
    const limit = limitsInWords(kind, row.hard, displayUnit);
    return { verdict: 'impossible', message: `${row.title} must be within ${limit}.`, limit };
  }
  if (value < row.soft.low || value > row.soft.high) {
    const limit = limitsInWords(kind, row.soft, displayUnit);
    return { verdict: 'unusual', message: `${row.title} is usually within ${limit}. Correct it, or confirm it.`, limit };
  }
  return OK;
}

/** Diastolic must be below systolic; null where either is absent or they agree. */
export function checkPressurePair(systolicMmHg: number | undefined, diastolicMmHg: number | undefined): string | null {
  if (systolicMmHg === undefined || diastolicMmHg === undefined || diastolicMmHg < systolicMmHg) return null;
  return `Diastolic pressure (${diastolicMmHg} mmHg) must be below systolic pressure (${systolicMmHg} mmHg).`;
}

/** Limits are rounded inwards, so that whatever a person types within the printed limits is within the real ones. */
export function limitsInWords(kind: ObservationKind, limits: Limits, displayUnit?: string): string {
  const unit = (displayUnit === undefined ? null : findUnit(kind, displayUnit)) ?? unitsOf(kind)[0];
  if (unit === undefined) return `${limits.low}–${limits.high}`;
  if (unit.factor === 1 && unit.offset === 0) {
    return `${formatNumber(kind, limits.low)}–${formatNumber(kind, limits.high)}${unitSuffix(unit.label)}`;
  }
  const scale = 10 ** unit.decimals;
  const low = Math.ceil(fromCanonical(kind, limits.low, unit.ucum) * scale - 1e-6) / scale;
  const high = Math.floor(fromCanonical(kind, limits.high, unit.ucum) * scale + 1e-6) / scale;
  return `${low.toFixed(unit.decimals)}–${high.toFixed(unit.decimals)}${unitSuffix(unit.label)}`;
}
