// Stand-in for the risk models in tests of the engine: small, exact, and able to fail on demand.
import { spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { Prediction, RiskLevels, RiskModel } from '../../src-main/contract/models.ts';
import type { PatientFacts, Question, RiskModels, ScoreBasis, Scored } from '../../src-main/risk/port.ts';

/** What was asked for, in order; only of use in the same thread. */
export const asked: PatientFacts[][] = [];

const TRAINED: RiskLevels = { moderate: 0.2, high: 0.5 };
/** Of the diabetes model, which alone has levels that can be set. */
let basis: ScoreBasis = { sha256: 'f'.repeat(64), levels: TRAINED };

/** What the facts were when the question was put. */
const copies = new WeakMap<Question, PatientFacts>();

function copyOf(facts: PatientFacts): PatientFacts {
  const { observations, vitals, recent } = facts;
  const copied = [...recent].map(
    ([kind, { timesMs, values }]) => [kind, { timesMs: [...timesMs], values: [...values] }] as const,
  );
  return { ...facts, observations: new Map(observations), vitals: new Map(vitals), recent: new Map(copied) };
}

function scored(facts: PatientFacts, model: Scored['model'], probability: number | null, missing: readonly string[]): Scored {
  const level = probability === null ? 'abstained' : probability >= basis.levels.high ? 'high' : 'low';
  return {
    basis,
    patientId: facts.patientId,
    model,
    version: 'fake-1',
    probability,
    level,
    missing,
    features: Float32Array.from([probability ?? Number.NaN]),
    takenAtMs: Float64Array.from([facts.atMs]),
    sources: Uint8Array.from([probability === null ? 0 : 1]),
    atMs: facts.atMs,
  };
}

/** Diabetes: glucose / 1000. Hypoxia: (100 − SpO2) / 100. Heart: cholesterol / 1000. Each abstains without its input. */
function scoreOne(facts: PatientFacts): Scored[] {
  const [glucose, spo2] = [facts.vitals.get('glucose')?.value, facts.vitals.get('spo2')?.value];
  const cholesterol = facts.observations.get('cholesterolMgDl')?.value;
  return [
    glucose === undefined ? scored(facts, 'diabetes', null, ['glucose']) : scored(facts, 'diabetes', glucose / 1000, []),
    cholesterol === undefined ? scored(facts, 'heart', null, ['cholesterol']) : scored(facts, 'heart', cholesterol / 1000, []),
    spo2 === undefined ? scored(facts, 'hypoxia', null, ['spo2']) : scored(facts, 'hypoxia', (100 - spo2) / 100, []),
  ];
}

/** Notes the run in a file, and ends the thread in the first one as a crash would. */
function dieInTheFirst(file: string, subjects: readonly PatientFacts[]): void {
  if (subjects.length === 0) return;
  const isFirst = !existsSync(file);
  appendFileSync(file, `${subjects.map(({ atMs }) => atMs).join()}\n`);
  if (isFirst) process.exit(1);
}

/** Like a native run that does not come back: nothing but the end of the process it waits for ends it. */
function hangInTheFirst(file: string, subjects: readonly PatientFacts[]): void {
  if (subjects.length === 0) return;
  const isFirst = !existsSync(file);
  appendFileSync(file, `${subjects.map(({ atMs }) => atMs).join()}\n`);
  if (isFirst) spawnSync('sleep', ['8']);
}

/**
 * What the file says, while there is one: `fail` (every run throws), `fail MODEL` (that one gives no answer), `slow MS` (each run takes so
 * long, and the thread may do other things meanwhile), `hold` (none ends before the file says something else), `trip P` (a run that would
 * answer with that probability throws).
 */
async function asTheFileSays(file: string, answers: readonly Scored[][]) {
  const said = (): readonly string[] => (existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ') : []);
  while (said()[0] === 'hold') await pause(5);
  const [word, what = ''] = said();
  const trips = answers.some((scored) => scored.some(({ probability }) => probability === Number(what)));
  if (word === 'trip' && trips) throw new Error('not that one');
  if (word === 'slow') await pause(Number(what));
  if (word !== 'fail') return { scored: answers, problems: [] };
  if (what === '') throw new Error('out of order');
  return { scored: answers.map((scored) => scored.filter(({ model }) => model !== what)), problems: [`${what}: out of order`] };
}

/**
 * `mode` is handed over in the place of the models' folder: `ok`, `failing` (every score throws), `missing` (cannot be loaded),
 * `dies FILE` (the thread ends in the first run; every run is a line of the file), `hangs FILE` (the first run does not come back for
 * long), `hangs-for-good FILE` (nor does any loading after that), `as FILE` (as the file says at the time).
 */
export function loadRiskModels(mode: string): Promise<RiskModels> {
  if (mode.startsWith('hangs-for-good ') && existsSync(mode.slice(15))) spawnSync('sleep', ['8']);
  if (mode === 'missing') return Promise.reject(new Error('no such file'));
  basis = { ...basis, levels: TRAINED };
  const info = () => ({
    name: 'diabetes' as const,
    title: 'Diabetes',
    version: 'fake-1',
    kind: 'fake',
    sha256: '',
    thresholds: basis.levels,
    defaultThresholds: TRAINED,
    performance: '',
    requiredInputs: ['glucose'],
    optionalInputs: [],
    problem: null,
  });
  return Promise.resolve({
    get info() {
      return [info()];
    },
    inUse: ['diabetes', 'heart', 'hypoxia'],
    setLevels(model, levels) {
      if (model === 'diabetes') basis = { ...basis, levels: levels ?? TRAINED };
    },
    ask(facts) {
      const question = { patientId: facts.patientId, atMs: facts.atMs, rows: [] };
      copies.set(question, copyOf(facts));
      return question;
    },
    async answer(questions, only: readonly RiskModel[] = ['diabetes', 'heart', 'hypoxia']) {
      const subjects = questions.map((question) => copies.get(question) as PatientFacts);
      asked.push(subjects);
      if (mode.startsWith('dies ')) dieInTheFirst(mode.slice(5), subjects);
      if (mode.startsWith('hangs ')) hangInTheFirst(mode.slice(6), subjects);
      if (mode.startsWith('hangs-for-good ')) hangInTheFirst(mode.slice(15), subjects);
      if (mode === 'failing') throw new Error('out of order');
      const scored = subjects.map((facts) => scoreOne(facts).filter(({ model }) => only.includes(model)));
      return mode.startsWith('as ') ? await asTheFileSays(mode.slice(3), scored) : { scored, problems: [] };
    },
    explain(result, predictionId) {
      const { patientId, model, version, probability, level, missing, atMs } = result;
      const prediction: Prediction = { predictionId, patientId, model, version, scoredAtMs: atMs, probability, level, missing };
      return Promise.resolve({
        prediction,
        title: model,
        modelKind: 'fake',
        sha256: result.basis?.sha256 ?? '',
        thresholds: result.basis?.levels ?? TRAINED,
        thresholdsNow: basis.levels,
        contributionUnit: 'probability',
        contributionMethod: 'none',
        inputs: [],
        performance: `feature ${result.features[0]}`,
      });
    },
  });
}
