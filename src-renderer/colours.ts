// The colours of the whole renderer, light and dark: vital signs, surfaces, alarms, risks. Plain values, for CSS and for canvases.
import type { AlarmPriority, RiskLevel } from '../src-main/contract/models.ts';
import type { VitalKind } from '../src-main/vitals/kinds.ts';

export type Scheme = 'light' | 'dark';

/** Text colours with at least 4.5:1 on the card of their scheme; well apart from the alarm colours red, amber and cyan-blue. */
export const VITAL_HUES: Readonly<Record<VitalKind, Readonly<Record<Scheme, string>>>> = {
  heartRate: { light: '#0b7a45', dark: '#52d893' },
  pulseRate: { light: '#4b7519', dark: '#a6d86b' },
  spo2: { light: '#0870a5', dark: '#62c4f5' },
  systolic: { light: '#6540b5', dark: '#b9a4fb' },
  diastolic: { light: '#6540b5', dark: '#b9a4fb' },
  meanPressure: { light: '#6540b5', dark: '#b9a4fb' },
  glucose: { light: '#a3246e', dark: '#f890c8' },
  respiratoryRate: { light: '#736200', dark: '#d9cf6a' },
  temperature: { light: '#46566b', dark: '#b9c6d6' },
};

/** For canvases, which cannot read CSS variables. */
export function vitalColor(kind: VitalKind, scheme: Scheme): string {
  return VITAL_HUES[kind][scheme];
}

/** For CSS: follows the scheme by itself. */
export function vitalColorVar(kind: VitalKind): string {
  return `var(--hs-${kind})`;
}

export const SURFACES: Readonly<Record<Scheme, Readonly<Record<'page' | 'card' | 'line' | 'text' | 'quiet', string>>>> = {
  light: { page: '#f1f4f6', card: '#ffffff', line: '#d5dce2', text: '#18222c', quiet: '#526170' },
  dark: { page: '#0f151a', card: '#182027', line: '#313d47', text: '#e8edf1', quiet: '#a3b1bd' },
};

type Tone = Readonly<Record<'text' | 'fill' | 'onFill' | 'wash', string>>;

/** text: on a card; fill/onFill: a solid badge; wash: a tinted ground that carries `text`. */
export const ALARM_TONES: Readonly<Record<AlarmPriority | 'calm', Readonly<Record<Scheme, Tone>>>> = {
  high: {
    light: { text: '#b3141d', fill: '#c4161f', onFill: '#ffffff', wash: '#fdeced' },
    dark: { text: '#ff8f92', fill: '#d92b34', onFill: '#ffffff', wash: '#3b1a1e' },
  },
  medium: {
    light: { text: '#855000', fill: '#ffc53d', onFill: '#2b1d00', wash: '#fff5dc' },
    dark: { text: '#ffcf5c', fill: '#ffc53d', onFill: '#2b1d00', wash: '#352a12' },
  },
  low: {
    light: { text: '#0b6478', fill: '#0e7490', onFill: '#ffffff', wash: '#e4f5f8' },
    dark: { text: '#67d6ea', fill: '#67d6ea', onFill: '#04262e', wash: '#12303a' },
  },
  calm: {
    light: { text: '#526170', fill: '#e3e9ed', onFill: '#18222c', wash: '#eef2f4' },
    dark: { text: '#a3b1bd', fill: '#2a353e', onFill: '#e8edf1', wash: '#1f2930' },
  },
};

export function alarmTone(priority: AlarmPriority | 'calm', scheme: Scheme): Tone {
  return ALARM_TONES[priority][scheme];
}

const RISK_TO_TONE: Readonly<Record<RiskLevel, AlarmPriority | 'calm'>> = {
  high: 'high',
  moderate: 'medium',
  low: 'calm',
  abstained: 'calm',
};

/** Which alarm tone a risk level is drawn in. */
export function riskTone(level: RiskLevel): AlarmPriority | 'calm' {
  return RISK_TO_TONE[level];
}
