// What models' inputs are called where there is little room.
import { modelInputHelp } from '../../src-main/vitals/model-inputs.ts';

const SHORT: Readonly<Record<string, string>> = {
  ageYears: 'age',
  bmiKgM2: 'BMI',
  glucoseOgttMgDl: 'glucose',
  sex: 'sex',
  spo2NowPercent: 'SpO₂',
  heartRateNowPerMin: 'heart rate',
};

/** `BMI`; the full title without its explanation where there is no shorter word. */
export function shortInput(name: string): string {
  return SHORT[name] ?? modelInputHelp(name).title.replace(/\s*\(.*\)$/, '');
}
