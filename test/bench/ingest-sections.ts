// Readings over HTTP, single and in arrays: the console against the same without models and against an echo, in rounds that take turns.
import type { LoadResult } from './load-plan.ts';
import { type Acknowledged, checkStored, NOTHING, type PreparedData, plus, prepareData } from './prepared-data.ts';
import { allOf, atLeast, atMost, type Goal, median, type Row, row } from './report.ts';
import type { BenchServer, Workplace } from './workplace.ts';

const CONNECTIONS = 32;
const ARRAY_CONNECTIONS = 4;

/** In the order they are measured. */
const COMPARED = ['console', 'without-models', 'echo'] as const;
type Compared = (typeof COMPARED)[number];

const TITLES: Readonly<Record<Compared, string>> = {
  console: 'three predictions',
  'without-models': 'without models',
  echo: 'bare echo, same validation and answer',
};

/**
 * Who sends: autocannon, an ordinary load tool, which is what figures of other servers are measured with; the bench's own sender, at a
 * small part of its cost; and fetch, which costs a multiple. The sender shares the machine with the server: it makes every server slower
 * by the same time per request, and so brings them nearer to each other. All are shown, with what each costs.
 */
const SENDERS = { autocannon: 'by autocannon', lean: 'by the lean sender', fetch: 'by fetch' } as const;
type Sender = keyof typeof SENDERS;

interface Load {
  readonly title: string;
  readonly by: Sender;
  readonly connections: number;
  readonly readingsPerRequest: number;
  /** From devices that were silent, or from those that post what they measure now. */
  readonly from: 'live' | 'silent';
}

interface Rounds {
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
}

/** By server: one result per round. */
type Results = Readonly<Record<Compared, readonly LoadResult[]>>;

/** Single posts at 1 and 32 connections. */
export async function posts(place: Workplace): Promise<readonly Row[]> {
  const single = (by: Sender, connections: number): Load => ({
    title: `${connections === 1 ? '1 connection' : `${connections} connections`}, ${SENDERS[by]}`,
    by,
    connections,
    readingsPerRequest: 1,
    from: 'live',
  });
  const loads = [
    ...(['autocannon', 'lean'] as const).flatMap((by) => [single(by, 1), single(by, CONNECTIONS)]),
    single('fetch', CONNECTIONS),
  ];
  const rounds = place.quick ? { rounds: 1, roundMs: 700, warmUpMs: 500 } : { rounds: 3, roundMs: 1800, warmUpMs: 1000 };
  const results = await measure(place, loads, rounds);
  return results.flatMap((each, index) => {
    const load = loads[index];
    return load === undefined ? [] : postRows(load, each);
  });
}

function postRows(load: Load, results: Results): readonly Row[] {
  const section = 'posts';
  const isHeadline = load.by === 'autocannon';
  if (load.connections === 1) {
    const half = median(results.console.map(({ p50Ms }) => p50Ms));
    const slowest = median(results.console.map(({ p99Ms }) => p99Ms));
    const goal = isHeadline ? allOf(atMost(half, 1, 'ms p50'), atMost(slowest, 8, 'ms p99')) : undefined;
    return rateRows(section, load, results, 'req/s', goal);
  }
  const ownMicros = median(results.echo.map(({ ownMicrosPerRequest }) => ownMicrosPerRequest));
  return [
    ...rateRows(section, load, results, 'req/s'),
    ...ratioRows(section, load, results, isHeadline ? { echo: 0.5, 'without-models': 0.6 } : {}),
    row(section, `what the sender itself costs, ${load.title}`, ownMicros, 'µs/request'),
  ];
}

/** Arrays of 100 and of 1000, as devices send that kept their readings for a while; three predictions for each reading. */
export async function arrays(place: Workplace): Promise<readonly Row[]> {
  const loads = [100, 1000].map(
    (readingsPerRequest): Load => ({
      title: `arrays of ${readingsPerRequest.toLocaleString('en')}, ${ARRAY_CONNECTIONS} connections`,
      by: 'lean',
      connections: ARRAY_CONNECTIONS,
      readingsPerRequest,
      from: 'silent',
    }),
  );
  const rounds = place.quick ? { rounds: 1, roundMs: 1000, warmUpMs: 500 } : { rounds: 3, roundMs: 1800, warmUpMs: 1000 };
  const results = await measure(place, loads, rounds);
  return results.flatMap((each, index) => {
    const load = loads[index];
    if (load === undefined) return [];
    const readings = median(each.console.map(({ requestsPerSecond }) => requestsPerSecond)) * load.readingsPerRequest;
    const goal = load.readingsPerRequest === 1000 ? atLeast(readings, 20_000, 'readings/s') : undefined;
    return [...rateRows('arrays', load, each, 'readings/s', goal), ...ratioRows('arrays', load, each, {})];
  });
}

/** All servers stand while each is loaded in its turn, so that a slow minute of the machine meets all of them. */
async function measure(
  place: Workplace,
  loads: readonly Load[],
  { rounds, roundMs, warmUpMs }: Rounds,
): Promise<readonly Results[]> {
  const data: Record<Compared, PreparedData> = {
    console: prepareData(place.newFolder(), { live: CONNECTIONS, silent: ARRAY_CONNECTIONS }),
    'without-models': prepareData(place.newFolder(), { live: CONNECTIONS, silent: ARRAY_CONNECTIONS }),
    echo: prepareData(place.newFolder(), { live: CONNECTIONS, silent: ARRAY_CONNECTIONS }),
  };
  const servers: Partial<Record<Compared, BenchServer>> = {};
  for (const kind of COMPARED) servers[kind] = await place.server(kind, data[kind].dataDir);
  const generator = place.loadGenerator();
  const acknowledged: Record<Compared, Acknowledged> = { console: NOTHING, 'without-models': NOTHING, echo: NOTHING };

  async function load(
    kind: Compared,
    { by, connections, readingsPerRequest, from }: Load,
    durationMs: number,
  ): Promise<LoadResult> {
    const server = servers[kind];
    if (server === undefined) throw new Error(`${kind} does not stand`);
    const { [from]: devices, silentFromMs } = data[kind];
    const result = await generator.run({
      ...(by !== 'lean' && { by }),
      port: server.port,
      devices: devices.slice(0, connections),
      readingsPerRequest,
      fromMs: from === 'silent' ? silentFromMs : null,
      durationMs,
      requestsPerSecond: null,
    });
    acknowledged[kind] = plus(acknowledged[kind], result, readingsPerRequest);
    return result;
  }

  const results = loads.map(() => ({ console: [], 'without-models': [], echo: [] }) as Record<Compared, LoadResult[]>);
  for (const kind of COMPARED) {
    for (const each of loads) {
      const { firstAnswer } = await load(kind, each, warmUpMs);
      checkScored(firstAnswer, kind === 'without-models' ? 0 : 3);
    }
  }
  for (let round = 0; round < rounds; round++) {
    for (const [index, each] of loads.entries()) {
      for (const kind of COMPARED) results[index]?.[kind].push(await load(kind, each, roundMs));
    }
  }
  await generator.stop();
  for (const kind of COMPARED) {
    await servers[kind]?.stop();
    const { dataDir, readings } = data[kind];
    if (kind !== 'echo') checkStored(dataDir, readings, acknowledged[kind]);
  }
  return results;
}

/** @throws Error unless every reading of the answer came back with that many probabilities: a model that abstains costs nothing. */
function checkScored(body: string, expected: number): void {
  const { results } = JSON.parse(body) as {
    results: { predictions: Record<string, { probability: number | null; missing: string[] }> }[];
  };
  for (const { predictions } of results) {
    const probabilities = Object.values(predictions).filter(({ probability }) => probability !== null);
    if (probabilities.length !== expected)
      throw new Error(`${expected} predictions were expected: ${JSON.stringify(predictions)}`);
  }
}

function rateRows(section: string, load: Load, results: Results, unit: string, goal?: Goal): readonly Row[] {
  return COMPARED.toReversed().map((kind) => {
    const rounds = results[kind];
    return row(
      section,
      `${TITLES[kind]}, ${load.title}`,
      median(rounds.map(({ requestsPerSecond }) => requestsPerSecond)) * load.readingsPerRequest,
      unit,
      {
        p50Ms: median(rounds.map(({ p50Ms }) => p50Ms)),
        p99Ms: median(rounds.map(({ p99Ms }) => p99Ms)),
        ...(kind === 'console' && goal !== undefined ? { goal } : {}),
      },
    );
  });
}

/** The console against each of the others, round by round. */
function ratioRows(
  section: string,
  load: Load,
  results: Results,
  limits: Partial<Record<'echo' | 'without-models', number>>,
): readonly Row[] {
  return (['echo', 'without-models'] as const).map((other) => {
    const ratio = median(
      results.console.map(
        ({ requestsPerSecond }, round) => requestsPerSecond / (results[other][round]?.requestsPerSecond ?? Number.NaN),
      ),
    );
    const limit = limits[other];
    return row(
      section,
      `${TITLES.console} ÷ ${TITLES[other]}, ${load.title}`,
      ratio,
      '×',
      limit === undefined ? {} : { goal: atLeast(ratio, limit, '×') },
    );
  });
}
