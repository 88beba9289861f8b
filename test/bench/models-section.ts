// The risk models as the engine runs them: features and three models, one patient at a time and in batches.
import { modelsDir } from '../../src-main/installation.ts';
import { loadRiskModels } from '../../src-main/risk/models.ts';
import { facts } from '../risk/facts.ts';
import { median, quantile, type Row, row } from './report.ts';
import type { Workplace } from './workplace.ts';

const MODELS = 3;

export async function models(place: Workplace): Promise<readonly Row[]> {
  const startMs = performance.now();
  const loaded = await loadRiskModels(modelsDir());
  const rows = [row('models', 'loading all three', performance.now() - startMs, 'ms')];
  for (const size of [1, 64, 256]) {
    const subjects = Array.from({ length: size }, (_, index) => ({ ...facts(), patientId: index + 1 }));
    const { scored, problems } = await loaded.answer(subjects.map((of) => loaded.ask(of)));
    const missing = scored.some((all) => all.length !== MODELS || all.some(({ probability }) => probability === null));
    if (missing || problems.length > 0) throw new Error(`not every model has answered: ${problems.join(' ')}`);
    const untilMs = performance.now() + (place.quick ? 300 : 2000);
    const runs: number[] = [];
    while (performance.now() < untilMs || runs.length < 5) {
      const runMs = performance.now();
      await loaded.answer(subjects.map((of) => loaded.ask(of)));
      runs.push(performance.now() - runMs);
    }
    const title = size === 1 ? 'one patient' : `batch of ${size}`;
    const times = { p50Ms: median(runs), p99Ms: quantile(runs, 0.99) };
    rows.push(row('models', `features and three models, ${title}`, (times.p50Ms * 1000) / size, 'µs per patient', times));
  }
  return rows;
}
