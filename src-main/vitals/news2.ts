// National Early Warning Score 2, as a table and one pure function.
// NEWS2 is the work of the Royal College of Physicians (National Early Warning Score (NEWS) 2, London: RCP, 2017); the cut
// points below are those of its chart 1. The college's charts are not reproduced and its score is not changed here, but one
// rule is added in front of it: a parameter that was not measured is named and never counted as 0, so the score is partial.
// It is for people of 16 and over, and not in pregnancy.
import { roundToShown } from './units.ts';

const NEWS2_PARAMETERS = [
  'respiratoryRate',
  'spo2',
  'supplementalOxygen',
  'systolic',
  'pulse',
  'consciousness',
  'temperature',
] as const;
export type News2Parameter = (typeof NEWS2_PARAMETERS)[number];

/** Canonical units; leave out (or null) what was not measured, or is too old to count. */
export interface News2Input {
  readonly respiratoryRate?: number | null;
  readonly spo2?: number | null;
  /** 0 air, 1 oxygen. */
  readonly supplementalOxygen?: number | null;
  readonly systolic?: number | null;
  readonly pulse?: number | null;
  /** 0 alert; 1 new confusion, 2 voice, 3 pain, 4 unresponsive. */
  readonly consciousness?: number | null;
  readonly temperature?: number | null;
}

export type News2Band = 'none' | 'low' | 'low-medium' | 'medium' | 'high';

export interface News2Part {
  readonly parameter: News2Parameter;
  readonly title: string;
  readonly value: number | null;
  /** Null where it cannot be scored. */
  readonly points: number | null;
}

export interface News2 {
  /** Sum of what is known: where `complete` is false the true score may be higher. */
  readonly score: number;
  readonly complete: boolean;
  /** Titles of the parameters that were not given. */
  readonly missing: readonly string[];
  readonly band: News2Band;
  readonly anySingleThree: boolean;
  readonly parts: readonly News2Part[];
}

/** How often the college asks to look again, and how urgently, by band. */
export const NEWS2_RESPONSE: { readonly [B in News2Band]: string } = {
  none: 'Every 12 hours at least',
  low: 'Every 4 to 6 hours at least',
  'low-medium': 'A single parameter scores 3: hourly at least, urgent ward-based review',
  medium: 'Hourly at least, urgent response',
  high: 'Continuous monitoring, emergency response',
};

const TITLES: { readonly [P in News2Parameter]: string } = {
  respiratoryRate: 'Respiratory rate',
  spo2: 'Oxygen saturation',
  supplementalOxygen: 'Air or oxygen',
  systolic: 'Systolic pressure',
  pulse: 'Pulse',
  consciousness: 'Consciousness',
  temperature: 'Temperature',
};

/** [highest value of the step, points], in ascending order. */
type Steps = readonly (readonly [upTo: number, points: number])[];

const RESPIRATORY_RATE: Steps = [
  [8, 3],
  [11, 1],
  [20, 0],
  [24, 2],
  [Infinity, 3],
];
const SPO2_SCALE_1: Steps = [
  [91, 3],
  [93, 2],
  [95, 1],
  [Infinity, 0],
];
const SPO2_SCALE_2_AIR: Steps = [
  [83, 3],
  [85, 2],
  [87, 1],
  [Infinity, 0],
];
const SPO2_SCALE_2_OXYGEN: Steps = [
  [83, 3],
  [85, 2],
  [87, 1],
  [92, 0],
  [94, 1],
  [96, 2],
  [Infinity, 3],
];
const OXYGEN: Steps = [
  [0, 0],
  [Infinity, 2],
];
const SYSTOLIC: Steps = [
  [90, 3],
  [100, 2],
  [110, 1],
  [219, 0],
  [Infinity, 3],
];
const PULSE: Steps = [
  [40, 3],
  [50, 1],
  [90, 0],
  [110, 1],
  [130, 2],
  [Infinity, 3],
];
const CONSCIOUSNESS: Steps = [
  [0, 0],
  [Infinity, 3],
];
const TEMPERATURE: Steps = [
  [35.0, 3],
  [36.0, 1],
  [38.0, 0],
  [39.0, 1],
  [Infinity, 2],
];

/**
 * Scores what is given. SpO2 scale 2 (target 88–92%, hypercapnic respiratory failure) only where a clinician has prescribed it.
 * Values are rounded as they are shown before they are scored: the chart knows whole numbers, and tenths of a degree.
 */
export function news2(input: News2Input, options: { readonly spo2Scale2?: boolean } = {}): News2 {
  const parts: News2Part[] = [];
  const missing: string[] = [];
  for (const parameter of NEWS2_PARAMETERS) {
    const given = input[parameter];
    const value = given === undefined || given === null || !Number.isFinite(given) ? null : given;
    if (value === null) missing.push(TITLES[parameter]);
    const points = value === null ? null : pointsOf(parameter, value, input, options.spo2Scale2 === true);
    parts.push({ parameter, title: TITLES[parameter], value, points });
  }
  const score = parts.reduce((sum, part) => sum + (part.points ?? 0), 0);
  const anySingleThree = parts.some((part) => part.points === 3);
  return {
    score,
    complete: parts.every((part) => part.points !== null),
    missing,
    band: bandOf(score, anySingleThree),
    anySingleThree,
    parts,
  };
}

function pointsOf(parameter: News2Parameter, value: number, input: News2Input, scale2: boolean): number | null {
  switch (parameter) {
    case 'respiratoryRate':
      return step(RESPIRATORY_RATE, roundToShown('respiratoryRate', value));
    case 'spo2':
      return spo2Points(roundToShown('spo2', value), input.supplementalOxygen ?? null, scale2);
    case 'supplementalOxygen':
      return step(OXYGEN, value);
    case 'systolic':
      return step(SYSTOLIC, roundToShown('systolic', value));
    case 'pulse':
      return step(PULSE, roundToShown('pulseRate', value));
    case 'consciousness':
      return step(CONSCIOUSNESS, value);
    case 'temperature':
      return step(TEMPERATURE, roundToShown('temperature', value));
  }
}

/** On scale 2 a saturation of 93% and more counts only on oxygen: without knowing, it cannot be scored. */
function spo2Points(spo2: number, oxygen: number | null, scale2: boolean): number | null {
  if (!scale2) return step(SPO2_SCALE_1, spo2);
  if (oxygen === null) return spo2 >= 93 ? null : step(SPO2_SCALE_2_AIR, spo2);
  return step(oxygen > 0 ? SPO2_SCALE_2_OXYGEN : SPO2_SCALE_2_AIR, spo2);
}

function bandOf(score: number, anySingleThree: boolean): News2Band {
  if (score >= 7) return 'high';
  if (score >= 5) return 'medium';
  if (anySingleThree) return 'low-medium';
  return score >= 1 ? 'low' : 'none';
}

function step(steps: Steps, value: number): number {
  for (const [upTo, points] of steps) if (value <= upTo) return points;
  return 0;
}
