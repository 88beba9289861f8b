// What of a batch is to be scored, and with which inputs.
import { countsFromOf } from '../links/link.ts';
import type { Question, RiskModels } from '../risk/port.ts';
import { isScored, VITAL_COLUMNS } from '../store/vital-columns.ts';
import type { PlannedReading } from '../store/writer.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import type { FactsView, PatientFactsMemory } from './patient-facts.ts';

/** One moment to score: the item that causes it and all items it answers. */
export interface Subject {
  readonly anchor: number;
  readonly items: readonly number[];
  readonly question: Question;
  readonly past: boolean;
  /** Scores of single posts are all kept: a repeat is answered with them. */
  readonly keepAll: boolean;
}

/** Takes the new values into memory and lists what is to be scored. */
export function subjectsOf(
  planned: readonly PlannedReading[],
  memory: PatientFactsMemory,
  models: Pick<RiskModels, 'ask'>,
): readonly Subject[] {
  const subjects: Subject[] = [];
  const continuous = new Map<FactsView, { patientId: number; past: boolean; items: number[]; lastMs: number }>();
  for (const [index, { measurement, patientId, plan, transport }] of planned.entries()) {
    if ((plan.action !== 'insert' && plan.action !== 'fill') || patientId === null || !isScored(plan.row.quality)) continue;
    if (plan.added.length === 0) continue;
    const values = valuesOf(plan.row.vitals, plan.added);
    const { takenAtMs } = measurement;
    const { view, past } = memory.at(patientId, takenAtMs);
    view.add(countsFromOf(measurement), values);
    // What was missed may lie within the hours that the next live score looks back on.
    if (past) memory.live(patientId).add(takenAtMs, values);
    if (transport !== 'bluetooth') {
      subjects.push({
        anchor: index,
        items: [index],
        question: models.ask(view.facts(takenAtMs, values)),
        past,
        keepAll: true,
      });
      continue;
    }
    const entry = continuous.get(view) ?? { patientId, past, items: [], lastMs: takenAtMs };
    entry.items.push(index);
    entry.lastMs = Math.max(entry.lastMs, takenAtMs);
    continuous.set(view, entry);
  }
  for (const [view, { past, items, lastMs }] of continuous) {
    subjects.push({ anchor: items.at(-1) ?? 0, items, question: models.ask(view.facts(lastMs)), past, keepAll: false });
  }
  return subjects;
}

function valuesOf(vitals: readonly (number | null)[], added: readonly number[]): { [K in VitalKind]?: number } {
  const values: { [K in VitalKind]?: number } = {};
  for (const index of added) {
    const [column, value] = [VITAL_COLUMNS[index], vitals[index]];
    if (column !== undefined && value !== null && value !== undefined) values[column.kind] = value / column.scale;
  }
  return values;
}
