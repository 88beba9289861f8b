// Units people read and write: conversion to and from the one canonical unit of each kind, parsing of typed numbers, formatting.
import { INPUTS, type InputDefinition, type InputKind, type ObservationKind } from './inputs.ts';
import { VITALS, type VitalDefinition, type VitalKind } from './kinds.ts';

/** mg/dL in one mmol/L of glucose. */
export const GLUCOSE_MG_DL_PER_MMOL_L = 18.01559;
/** mg/dL in one mmol/L of cholesterol (386.65 g/mol). */
const CHOLESTEROL_MG_DL_PER_MMOL_L = 38.665;
export const MMHG_PER_KPA = 7.50062;
const KG_PER_LB = 0.45359237;
const CM_PER_IN = 2.54;

/** A unit a value may be typed or shown in: canonical = value × factor + offset. */
export interface Unit {
  /** What travels and is stored: the UCUM code. */
  readonly ucum: string;
  /** What people read. */
  readonly label: string;
  /** Decimals shown. */
  readonly decimals: number;
  readonly factor: number;
  readonly offset: number;
}

const GLUCOSE_MMOL = unit('mmol/L', 'mmol/L', 1, GLUCOSE_MG_DL_PER_MMOL_L);
const KPA = unit('kPa', 'kPa', 1, MMHG_PER_KPA);

/** Units offered beside the canonical one. Insulin in pmol/L is left out: its factor differs between assays. */
const OTHER_UNITS: { readonly [K in ObservationKind]?: readonly Unit[] } = {
  glucose: [GLUCOSE_MMOL],
  glucoseOgttMgDl: [GLUCOSE_MMOL],
  cholesterolMgDl: [unit('mmol/L', 'mmol/L', 1, CHOLESTEROL_MG_DL_PER_MMOL_L)],
  systolic: [KPA],
  diastolic: [KPA],
  meanPressure: [KPA],
  temperature: [unit('[degF]', '°F', 1, 5 / 9, (-32 * 5) / 9)],
  heightCm: [unit('[in_i]', 'in', 1, CM_PER_IN)],
  weightKg: [unit('[lb_av]', 'lb', 1, KG_PER_LB)],
  skinThicknessMm: [unit('cm', 'cm', 1, 10)],
};

const UNITS = new Map<ObservationKind, readonly Unit[]>();

/** The table row of any kind, vital or entered. */
export function definitionOf(kind: ObservationKind): VitalDefinition | InputDefinition {
  return isVital(kind) ? VITALS[kind] : INPUTS[kind as InputKind];
}

export function isVital(kind: ObservationKind): kind is VitalKind {
  return Object.hasOwn(VITALS, kind);
}

/** Units offered for a kind; the first is canonical. */
export function unitsOf(kind: ObservationKind): readonly Unit[] {
  let units = UNITS.get(kind);
  if (units === undefined) {
    const row = definitionOf(kind);
    units = [unit(row.ucum, row.unitLabel, row.decimals, 1), ...(OTHER_UNITS[kind] ?? [])];
    UNITS.set(kind, units);
  }
  return units;
}

/** The unit of a kind by UCUM code or by label; null where this kind is not measured in it. */
export function findUnit(kind: ObservationKind, name: string): Unit | null {
  const wanted = name.trim();
  return unitsOf(kind).find((each) => each.ucum === wanted || each.label === wanted) ?? null;
}

/** @throws RangeError where `unitName` is not a unit of this kind. */
export function toCanonical(kind: ObservationKind, value: number, unitName: string): number {
  const from = unitOrThrow(kind, unitName);
  return from.factor === 1 && from.offset === 0 ? value : tidy(value * from.factor + from.offset);
}

/** @throws RangeError where `unitName` is not a unit of this kind. */
export function fromCanonical(kind: ObservationKind, value: number, unitName: string): number {
  const to = unitOrThrow(kind, unitName);
  return to.factor === 1 && to.offset === 0 ? value : tidy((value - to.offset) / to.factor);
}

export type ParsedQuantity =
  | { readonly ok: true /** Canonical unit. */; readonly value: number; readonly unit: Unit }
  | { readonly ok: false; readonly message: string };

const NUMBER = /^([+-]?)(\d*)(?:([.,])(\d+))?$/;

/**
 * Reads a typed number with decimal point or comma into the canonical unit. Nothing is guessed: anything that could be
 * read two ways ("1,234" may be 1234 or 1.234) is refused and says so. Coded kinds take the code or its label.
 */
export function parseQuantity(text: string, unitName: string, kind: ObservationKind): ParsedQuantity {
  const row = definitionOf(kind);
  const found = findUnit(kind, unitName);
  if (found === null) return refuse(`${row.title} is not entered in "${unitName}".`);
  const typed = text.trim().replace('\u2212', '-');
  const options = 'options' in row ? row.options : undefined;
  if (options !== undefined) {
    const wanted = typed.toLowerCase();
    const option = options.find((each) => String(each.value) === wanted || each.label.toLowerCase() === wanted);
    return option === undefined
      ? refuse(`${row.title}: choose one of ${options.map((each) => each.label).join(', ')}.`)
      : { ok: true, value: option.value, unit: found };
  }
  const match = NUMBER.exec(typed);
  const [, sign = '', whole = '', separator, decimals = ''] = match ?? [];
  if (match === null || (whole === '' && decimals === '')) return refuse(`"${text.trim()}" is not a number.`);
  const mayBeThousands = separator !== undefined && decimals.length === 3 && /^[1-9]\d{0,2}$/.test(whole) && found.decimals < 3;
  if (mayBeThousands) return refuse(`"${text.trim()}" can be read two ways: write it without a thousands separator.`);
  if (row.ucum === '1' && row.decimals === 0 && Number(decimals || 0) !== 0) return refuse(`${row.title} is a whole number.`);
  const value = Number(`${sign}${whole || '0'}.${decimals || '0'}`);
  return { ok: true, value: toCanonical(kind, value, found.ucum), unit: found };
}

/** The number as shown in `displayUnit` (UCUM or label; canonical where left out), without the unit. */
export function formatNumber(kind: ObservationKind, value: number, displayUnit?: string): string {
  if (!Number.isFinite(value)) return '–';
  const shown = displayUnit === undefined ? canonicalUnit(kind) : unitOrThrow(kind, displayUnit);
  const text = roundHalfUp(fromCanonical(kind, value, shown.ucum), shown.decimals).toFixed(shown.decimals);
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
}

/** The value with its unit, as in "7.8 mmol/L" and "97%"; for coded kinds the label of the code. */
export function formatValue(kind: ObservationKind, value: number, displayUnit?: string): string {
  const row = definitionOf(kind);
  const option = 'options' in row ? row.options?.find((each) => each.value === value) : undefined;
  if (option !== undefined) return option.label;
  return `${formatNumber(kind, value, displayUnit)}${unitSuffix(unitLabel(kind, displayUnit))}`;
}

/** The label people read of a unit; the canonical one's where left out. */
export function unitLabel(kind: ObservationKind, displayUnit?: string): string {
  return (displayUnit === undefined ? canonicalUnit(kind) : unitOrThrow(kind, displayUnit)).label;
}

/** How a unit follows a number: "%" close, everything else after a space. */
export function unitSuffix(label: string): string {
  if (label === '') return '';
  return label === '%' ? '%' : ` ${label}`;
}

/** The value as its kind shows it in canonical unit: what limits are compared with, so that what is read is what counts. */
export function roundToShown(kind: VitalKind, value: number): number {
  return roundHalfUp(value, VITALS[kind].decimals);
}

/** What the clinic's settings say of units, as the unit to show a kind in. */
export function displayUnitFor(
  kind: ObservationKind,
  units: { readonly glucoseUnit: string; readonly temperatureUnit: string },
): string {
  if (kind === 'glucose' || kind === 'glucoseOgttMgDl') return units.glucoseUnit;
  if (kind === 'temperature') return units.temperatureUnit;
  return definitionOf(kind).ucum;
}

function canonicalUnit(kind: ObservationKind): Unit {
  const [first] = unitsOf(kind);
  if (first === undefined) throw new RangeError(`${kind} has no unit`);
  return first;
}

function unitOrThrow(kind: ObservationKind, name: string): Unit {
  const found = findUnit(kind, name);
  if (found === null) throw new RangeError(`${definitionOf(kind).title} is not measured in "${name}"`);
  return found;
}

function roundHalfUp(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  return Math.round(tidy(value * scale)) / scale;
}

/** Takes away the noise of binary fractions (98.6 °F is 37 °C, not 36.99999999999999). */
function tidy(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

function refuse(message: string): ParsedQuantity {
  return { ok: false, message };
}

function unit(ucum: string, label: string, decimals: number, factor: number, offset = 0): Unit {
  return { ucum, label, decimals, factor, offset };
}
