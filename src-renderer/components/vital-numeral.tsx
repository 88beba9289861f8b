// A vital sign as a large numeral: figure, unit, trend and age. An old value turns grey and says so.
import { Tooltip, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconPencil } from '@tabler/icons-react';
import type { CurrentValue } from '../../src-main/contract/models.ts';
import { VITALS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import { vitalColorVar } from '../colours.ts';
import { describeVital, pressureText, type VitalContext, type VitalWords } from './describe-vital.ts';
import { TrendArrow } from './trend-arrow.tsx';
import classes from './vital-numeral.module.css';

export type NumeralSize = 'tile' | 'large';

interface VitalNumeralProps extends VitalContext {
  readonly kind: VitalKind;
  readonly value: CurrentValue | undefined;
  readonly size?: NumeralSize;
}

export function VitalNumeral({ kind, value, size = 'tile', ...context }: VitalNumeralProps) {
  const words = describeVital(kind, value, context);
  const manual = value?.source === 'manual';
  return <Numeral label={VITALS[kind].short} kind={kind} words={words} text={words.text} size={size} manual={manual} />;
}

interface PressureNumeralProps extends VitalContext {
  readonly systolic: CurrentValue | undefined;
  readonly diastolic: CurrentValue | undefined;
  readonly size?: NumeralSize;
}

/** Both pressures as one figure, `128/84`; as old as the older of the two. */
export function PressureNumeral({ systolic, diastolic, size = 'tile', ...context }: PressureNumeralProps) {
  const upper = describeVital('systolic', systolic, context);
  const lower = describeVital('diastolic', diastolic, context);
  const older =
    (systolic?.takenAtMs ?? Number.POSITIVE_INFINITY) <= (diastolic?.takenAtMs ?? Number.POSITIVE_INFINITY) ? upper : lower;
  const words: VitalWords = {
    ...older,
    unit: upper.unit === '' ? lower.unit : upper.unit,
    trend: upper.trend,
    doubt: upper.doubt === '' ? lower.doubt : upper.doubt,
    state:
      upper.state === 'none' && lower.state === 'none'
        ? 'none'
        : upper.state === 'current' && lower.state === 'current'
          ? 'current'
          : 'old',
    sentence: `${upper.sentence}. ${lower.sentence}`,
  };
  const text = pressureText(upper, lower);
  const manual = systolic?.source === 'manual' || diastolic?.source === 'manual';
  return <Numeral label="BP" kind="systolic" words={words} text={text} size={size} manual={manual} />;
}

interface NumeralProps {
  readonly label: string;
  readonly kind: VitalKind;
  readonly words: VitalWords;
  readonly text: string;
  readonly size: NumeralSize;
  readonly manual: boolean;
}

function Numeral({ label, kind, words, text, size, manual }: NumeralProps) {
  const isWord = /[a-z]/i.test(text);
  return (
    <Tooltip label={words.sentence} multiline maw={320}>
      <div
        className={classes.numeral}
        data-size={size}
        data-state={words.state}
        data-doubt={words.doubt !== '' || undefined}
        style={{ '--vital': vitalColorVar(kind) } as React.CSSProperties}
      >
        <VisuallyHidden>{words.sentence}</VisuallyHidden>
        <div aria-hidden="true">
          <div className={classes.head}>
            <span className={classes.label}>{label}</span>
            <span className={classes.unit}>{words.unit}</span>
            <span className={classes.age}>
              {words.doubt !== '' && <IconAlertTriangle className={classes.doubt} size={14} stroke={2.2} />}
              {words.state === 'old' && 'old '}
              {words.age}
              {manual && <IconPencil size={13} stroke={2} />}
            </span>
          </div>
          <div className={classes.row}>
            <span className={classes.figure} data-word={isWord || undefined} data-long={text.length > 5 || undefined}>
              {text}
            </span>
            {words.trend !== null && <TrendArrow trend={words.trend} size={size === 'large' ? 28 : 20} />}
          </div>
        </div>
      </div>
    </Tooltip>
  );
}
