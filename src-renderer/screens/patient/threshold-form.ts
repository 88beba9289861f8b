// An alarm limit as it is typed and read: in the clinic's unit on screen, in the rule's own unit when it is saved.
import type { ThresholdRule } from '../../../src-main/contract/models.ts';
import { VITAL_KINDS, VITALS, type VitalKind } from '../../../src-main/vitals/kinds.ts';
import { checkValue } from '../../../src-main/vitals/ranges.ts';
import { displayUnitFor, findUnit, formatNumber, parseQuantity, unitSuffix } from '../../../src-main/vitals/units.ts';
import type { UnitSettings } from '../../charts/display-unit.ts';

export const vitalOf = (rule: Pick<ThresholdRule, 'subject'>): VitalKind | null =>
  VITAL_KINDS.find((kind) => kind === rule.subject) ?? null;

/** Label of the unit a rule's limit is shown and typed in. Risks are probabilities and shown in per cent. */
export function limitUnit(rule: ThresholdRule, settings: UnitSettings): string {
  const kind = vitalOf(rule);
  if (kind) return findUnit(kind, displayUnitFor(kind, settings))?.label ?? VITALS[kind].unitLabel;
  return rule.subject.startsWith('risk.') ? '%' : rule.unit;
}

/** The number alone, as it stands in the field. */
export function limitText(rule: ThresholdRule, settings: UnitSettings): string {
  const kind = vitalOf(rule);
  if (kind) return formatNumber(kind, rule.limit, displayUnitFor(kind, settings));
  return rule.subject.startsWith('risk.') ? String(Number((rule.limit * 100).toFixed(1))) : String(rule.limit);
}

/** `above 250 mg/dL`. */
export const limitWords = (rule: ThresholdRule, settings: UnitSettings): string =>
  `${rule.comparison} ${limitText(rule, settings)}${unitSuffix(limitUnit(rule, settings))}`;

export type LimitReading = { readonly ok: true; readonly limit: number } | { readonly ok: false; readonly message: string };

/** The typed limit in canonical unit (a probability for risks), refused where no value could ever pass it. */
export function readLimit(text: string, rule: ThresholdRule, settings: UnitSettings): LimitReading {
  const kind = vitalOf(rule);
  if (kind) {
    const unit = displayUnitFor(kind, settings);
    const parsed = parseQuantity(text, unit, kind);
    if (!parsed.ok) return parsed;
    const check = checkValue(kind, parsed.value, unit);
    return check.verdict === 'impossible' ? { ok: false, message: check.message } : { ok: true, limit: parsed.value };
  }
  const value = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(value)) return { ok: false, message: `"${text}" is not a number.` };
  if (!rule.subject.startsWith('risk.')) return { ok: true, limit: value };
  return value < 0 || value > 100 ? { ok: false, message: 'A probability is within 0–100%.' } : { ok: true, limit: value / 100 };
}
