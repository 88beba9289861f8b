// The colours of the charts: the theme's own, gathered for a canvas or an SVG that cannot read CSS variables.
import { VITAL_KINDS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import { alarmTone, type Scheme, SURFACES, vitalColor } from '../colours.ts';

export interface ChartColours {
  /** What the chart lies on; lines keep at least 3 : 1 against it, text at least 4.5 : 1. */
  readonly surface: string;
  readonly text: string;
  readonly mutedText: string;
  readonly gridLine: string;
  readonly axisLine: string;
  readonly normalBand: string;
  /** Limit lines, by the priority of the alarm that passing them raises. */
  readonly high: string;
  readonly medium: string;
  readonly low: string;
  readonly beyondLimit: string;
  /** The outline of what people entered. */
  readonly manual: string;
  /** The handles of what can be dragged. */
  readonly control: string;
  /** The line of a risk model. */
  readonly risk: string;
  readonly vital: { readonly [K in VitalKind]: string };
}

const OWN = {
  light: {
    gridLine: '#e8edf0',
    axisLine: '#a9b4be',
    normalBand: 'rgba(11, 122, 69, 0.07)',
    beyondLimit: 'rgba(179, 20, 29, 0.07)',
    control: '#146c87',
    risk: '#2f4f9e',
  },
  dark: {
    gridLine: '#28333c',
    axisLine: '#5d6c79',
    normalBand: 'rgba(82, 216, 147, 0.08)',
    beyondLimit: 'rgba(255, 143, 146, 0.10)',
    control: '#4f97ae',
    risk: '#a9bcff',
  },
} as const;

function coloursOf(scheme: Scheme): ChartColours {
  const { card, text, quiet } = SURFACES[scheme];
  return {
    ...OWN[scheme],
    surface: card,
    text,
    mutedText: quiet,
    manual: text,
    high: alarmTone('high', scheme).text,
    medium: alarmTone('medium', scheme).text,
    low: alarmTone('low', scheme).text,
    vital: Object.fromEntries(VITAL_KINDS.map((kind) => [kind, vitalColor(kind, scheme)])) as ChartColours['vital'],
  };
}

export const CHART_COLOURS: { readonly [S in Scheme]: ChartColours } = { light: coloursOf('light'), dark: coloursOf('dark') };

/** Contrast ratio of two opaque `#rrggbb` colours, 1 to 21 (WCAG 2, relative luminance). */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const channel = (at: number): number => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}
