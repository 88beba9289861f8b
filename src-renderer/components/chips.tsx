// Small facts as chips: NEWS2 score and risk level, each with its word beside its colour.
import { Tooltip } from '@mantine/core';
import { IconArrowBigUpFilled, IconCircleCheck, IconCircleDashed, IconEqual } from '@tabler/icons-react';
import type { PatientLive, Prediction, RiskLevel, RiskModel } from '../../src-main/contract/models.ts';
import { modelInputHelp } from '../../src-main/vitals/model-inputs.ts';
import { RISK_TITLES } from '../../src-main/vitals/risk-titles.ts';
import { riskTone } from '../colours.ts';
import { ageWords } from '../stores/freshness.ts';
import classes from './chips.module.css';
import { shortInput } from './input-words.ts';

type News2 = PatientLive['news2'];

const BAND_TONE = { none: 'calm', low: 'calm', 'low-medium': 'medium', medium: 'medium', high: 'high' } as const;
export const NEWS2_BAND_WORDS = {
  none: 'no risk points',
  low: 'low',
  'low-medium': 'low to medium',
  medium: 'medium',
  high: 'high',
} as const;

export function News2Chip({ news2 }: { readonly news2: News2 }) {
  const missing = news2.missing.length > 0 ? ` Missing: ${news2.missing.join(', ')}.` : '';
  const sentence = `NEWS2 ${news2.complete ? '' : 'partial '}score ${news2.score}, ${NEWS2_BAND_WORDS[news2.band]}.${
    news2.anySingleThree ? ' One parameter alone scores 3.' : ''
  }${missing}`;
  return (
    <Tooltip label={sentence} multiline maw={320}>
      <span className={classes.news2} data-tone={BAND_TONE[news2.band]} data-partial={!news2.complete || undefined}>
        <span className={classes.news2Name}>NEWS2</span>
        <span className={classes.news2Score}>
          {news2.complete ? '' : '≥ '}
          {news2.score}
        </span>
        {!news2.complete && <span className={classes.news2Name}>partial</span>}
      </span>
    </Tooltip>
  );
}

const RISK_ICONS = {
  high: IconArrowBigUpFilled,
  moderate: IconEqual,
  low: IconCircleCheck,
  abstained: IconCircleDashed,
} as const;
const RISK_WORDS: Readonly<Record<RiskLevel, string>> = { high: 'high', moderate: 'moderate', low: 'low', abstained: 'no score' };

interface RiskChipProps {
  readonly model: RiskModel;
  readonly prediction: Prediction | undefined;
  readonly nowMs: number;
}

export function RiskChip({ model, prediction, nowMs }: RiskChipProps) {
  const level = prediction?.level ?? 'abstained';
  const Icon = RISK_ICONS[level];
  return (
    <Tooltip label={riskSentence(model, prediction, nowMs)} multiline maw={320}>
      <span className={classes.risk} data-tone={riskTone(level)} data-level={level}>
        <span className={classes.riskName}>
          <Icon size={14} aria-hidden="true" />
          {RISK_TITLES[model]}
        </span>
        <RiskWord prediction={prediction} />
      </span>
    </Tooltip>
  );
}

function RiskWord({ prediction }: { readonly prediction: Prediction | undefined }) {
  if (prediction === undefined || prediction.probability === null)
    return <span className={classes.riskWord}>{riskWord(prediction)}</span>;
  return (
    <span className={classes.riskWord}>
      <strong>{percentWord(prediction.probability)}</strong> {RISK_WORDS[prediction.level]}
    </span>
  );
}

function percentWord(probability: number): string {
  return `${Math.round(probability * 100)}%`;
}

/** `57% moderate`, or what the model still needs. */
function riskWord(prediction: Prediction | undefined): string {
  if (prediction === undefined) return 'not scored';
  if (prediction.probability === null) return `needs ${needs(prediction.missing)}`;
  return `${percentWord(prediction.probability)} ${RISK_WORDS[prediction.level]}`;
}

/** Only the first: a model names what it cannot do without before what would merely help. The tooltip has them all. */
function needs([first]: readonly string[]): string {
  return first === undefined ? 'more data' : shortInput(first);
}

function riskSentence(model: RiskModel, prediction: Prediction | undefined, nowMs: number): string {
  if (prediction === undefined) return `${RISK_TITLES[model]}: not scored yet.`;
  const when = `${ageWords(nowMs - prediction.scoredAtMs)} ago, model ${prediction.version}`;
  if (prediction.probability === null)
    return `${RISK_TITLES[model]}: no score, missing ${prediction.missing.map((name) => modelInputHelp(name).title).join(', ')} (${when}).`;
  return `${RISK_TITLES[model]} risk ${riskWord(prediction)} (${when}).`;
}
