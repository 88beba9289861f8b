// A screen while readings come in: what a nurse waits for when she opens a patient during 1,000 readings a second.
import { prepareData } from './prepared-data.ts';
import { atMost, type Row, row, timesOf } from './report.ts';
import type { Workplace } from './workplace.ts';

const READINGS_PER_SECOND = 1000;
const DEVICES = 32;
const ASK_EVERY_MS = 20;
const HOUR_MS = 3_600_000;

export async function screen(place: Workplace): Promise<readonly Row[]> {
  const { dataDir, live, sessionToken } = prepareData(place.newFolder(), { live: DEVICES });
  const server = await place.server('console', dataDir);
  const generator = place.loadGenerator();
  const socket = await openScreen(server.port);
  await socket.ask('session.resume', { token: sessionToken });
  const ward = (await socket.ask('ward.live', {})) as { patient: { patientId: number } }[];
  if (ward.length !== DEVICES) throw new Error(`${DEVICES} patients are here, and the ward shows ${ward.length}`);

  const plan = { port: server.port, devices: live, readingsPerRequest: 1, fromMs: null };
  await generator.run({ ...plan, durationMs: 700, requestsPerSecond: null });
  const quiet = await questions(socket, ward.length, sleep(place.quick ? 1000 : 3000));
  const ingest = generator.run({ ...plan, durationMs: place.quick ? 3000 : 10_000, requestsPerSecond: READINGS_PER_SECOND });
  const busy = await questions(socket, ward.length, ingest);
  const load = await ingest;
  socket.close();
  await generator.stop();
  await server.stop();

  const section = 'screen';
  const during = `during ${READINGS_PER_SECOND.toLocaleString('en')} readings/s`;
  const rows = (['ward.live', 'reading.history'] as const).flatMap((command) => {
    const [before, then] = [timesOf(quiet[command]), timesOf(busy[command])];
    return [
      row(section, `${command}, nothing coming in`, before.p99Ms, 'ms p99', before),
      row(section, `${command}, ${during}`, then.p99Ms, 'ms p99', { ...then, goal: atMost(then.p99Ms, 5, 'ms p99') }),
    ];
  });
  return [...rows, row(section, `single posts ${during}, with a screen open`, load.requestsPerSecond, 'req/s', load)];
}

interface Screen {
  ask(command: string, params: object): Promise<unknown>;
  close(): void;
}

/** Speaks the contract as the screens do, and hears every event as they do. */
async function openScreen(port: number): Promise<Screen> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/console`);
  const waiting = new Map<number, { readonly resolve: (result: unknown) => void; readonly reject: (error: Error) => void }>();
  let id = 0;
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('the screen could not connect')), { once: true });
  });
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as { type: string; id: number; ok: boolean; result: unknown; error: unknown };
    if (message.type !== 'answer') return;
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.ok) asked?.resolve(message.result);
    else asked?.reject(new Error(`the screen was refused: ${JSON.stringify(message.error)}`));
  });
  socket.addEventListener('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the connection of the screen was closed'));
  });
  return {
    ask: (command, params) =>
      new Promise((resolve, reject) => {
        waiting.set(++id, { resolve, reject });
        socket.send(JSON.stringify({ id, command, params }));
      }),
    close: () => socket.close(),
  };
}

/** The ward and one patient's last hour by turns, for as long as `until` takes; milliseconds each. */
async function questions(screen: Screen, patients: number, until: Promise<unknown>) {
  const latencies = { 'ward.live': [] as number[], 'reading.history': [] as number[] };
  let over = false;
  const done = until.finally(() => {
    over = true;
  });
  for (let turn = 0; !over; turn++) {
    const startMs = performance.now();
    if (turn % 2 === 0) {
      await screen.ask('ward.live', {});
      latencies['ward.live'].push(performance.now() - startMs);
    } else {
      const nowMs = Date.now();
      const kinds = ['heartRate', 'spo2', 'glucose', 'systolic', 'diastolic'];
      const patientId = 1 + (turn % patients);
      await screen.ask('reading.history', { patientId, kinds, fromMs: nowMs - HOUR_MS, toMs: nowMs, maxPoints: 1000 });
      latencies['reading.history'].push(performance.now() - startMs);
    }
    await sleep(Math.max(0, ASK_EVERY_MS - (performance.now() - startMs)));
  }
  await done;
  return latencies;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
