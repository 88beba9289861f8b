// Why the early warning score is what it is: each parameter with its value and points, or the word missing.
import type { CurrentValue, Observation, PatientLive } from '../../../src-main/contract/models.ts';
import { INPUTS, type InputKind } from '../../../src-main/vitals/inputs.ts';
import type { VitalKind } from '../../../src-main/vitals/kinds.ts';
import { NEWS2_RESPONSE, type News2Parameter, news2 } from '../../../src-main/vitals/news2.ts';
import { displayUnitOf, type UnitSettings, valueText } from '../../charts/display-unit.ts';

export interface News2Row {
  readonly title: string;
  readonly value: string;
  /** When what counts was taken, UTC ms; null where nothing counts. */
  readonly takenAtMs: number | null;
  /** Null: missing, or too old to count. */
  readonly points: number | null;
}

const VITAL_OF: { readonly [P in News2Parameter]?: readonly VitalKind[] } = {
  respiratoryRate: ['respiratoryRate'],
  spo2: ['spo2'],
  systolic: ['systolic'],
  pulse: ['heartRate', 'pulseRate'],
  temperature: ['temperature'],
};
const INPUT_OF: { readonly [P in News2Parameter]?: InputKind } = {
  supplementalOxygen: 'supplementalOxygen',
  consciousness: 'consciousness',
};

export const news2Response = (band: PatientLive['news2']['band']): string => NEWS2_RESPONSE[band];

/** The console's score is the truth: a parameter it counts as missing (too old, say) is missing here, whatever value is known. */
export function news2Rows(
  live: Pick<PatientLive, 'values' | 'news2'>,
  observations: readonly Observation[],
  settings: UnitSettings,
): readonly News2Row[] {
  const vital = (kinds: readonly VitalKind[] = []): CurrentValue | undefined =>
    kinds
      .map((kind) => live.values.find((value) => value.kind === kind && value.value !== null))
      .find((value) => value !== undefined);
  const entered = (kind: InputKind | undefined): Observation | undefined =>
    observations.filter((one) => one.kind === kind && one.retractedAtMs === null).sort((a, b) => b.takenAtMs - a.takenAtMs)[0];
  const { parts } = news2({
    respiratoryRate: vital(VITAL_OF.respiratoryRate)?.value ?? null,
    spo2: vital(VITAL_OF.spo2)?.value ?? null,
    systolic: vital(VITAL_OF.systolic)?.value ?? null,
    pulse: vital(VITAL_OF.pulse)?.value ?? null,
    temperature: vital(VITAL_OF.temperature)?.value ?? null,
    supplementalOxygen: entered(INPUT_OF.supplementalOxygen)?.value ?? null,
    consciousness: entered(INPUT_OF.consciousness)?.value ?? null,
  });
  return parts.map(({ parameter, title, value, points }) => {
    if (value === null || live.news2.missing.includes(title)) {
      return { title, value: 'missing', takenAtMs: null, points: null };
    }
    const input = INPUT_OF[parameter];
    if (input) {
      const label = INPUTS[input].options?.find((option) => option.value === value)?.label ?? String(value);
      return { title, value: label, takenAtMs: entered(input)?.takenAtMs ?? null, points };
    }
    const current = vital(VITAL_OF[parameter]);
    const words = current ? valueText(value, displayUnitOf(current.kind, settings)) : String(value);
    return { title, value: words, takenAtMs: current?.takenAtMs ?? null, points };
  });
}
