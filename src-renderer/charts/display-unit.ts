// The unit a vital is shown in: stored values are canonical, the clinic's settings choose glucose and temperature.
import type { Settings } from '../../src-main/contract/models.ts';
import type { VitalKind } from '../../src-main/vitals/kinds.ts';
import { displayUnitFor, findUnit, fromCanonical, unitSuffix } from '../../src-main/vitals/units.ts';

export interface DisplayUnit {
  readonly label: string;
  readonly decimals: number;
  /** Canonical value to the value shown, not rounded. */
  readonly show: (canonical: number) => number;
}

export type UnitSettings = Pick<Settings, 'glucoseUnit' | 'temperatureUnit'>;

export function displayUnitOf(kind: VitalKind, settings: UnitSettings): DisplayUnit {
  const ucum = displayUnitFor(kind, settings);
  const { label = ucum, decimals = 0 } = findUnit(kind, ucum) ?? {};
  return { label, decimals, show: (canonical) => fromCanonical(kind, canonical, ucum) };
}

/** `7.4`: the number alone, as it is shown. */
const numberText = (canonical: number, unit: DisplayUnit): string => unit.show(canonical).toFixed(unit.decimals);

/** `7.4 mmol/L`. A percent sign stands against its number. */
export const valueText = (canonical: number, unit: DisplayUnit): string =>
  `${numberText(canonical, unit)}${unitSuffix(unit.label)}`;

/** One decimal more than is written: lines stay smooth, and a mean is not made to look exact. */
export function shown(canonical: number | null, unit: DisplayUnit): number | null {
  return canonical === null ? null : Number(unit.show(canonical).toFixed(unit.decimals + 1));
}
