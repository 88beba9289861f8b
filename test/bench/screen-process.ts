// A screen as a process of its own: what a nurse waits for is not mixed up with the memory and the event loop of what prepares the run.
import type { Latencies, ScreenPlan, ToScreen } from './screen-plan.ts';

const ASK_EVERY_MS = 20;
const HOUR_MS = 3_600_000;
const KINDS = ['heartRate', 'spo2', 'glucose', 'systolic', 'diastolic'];

type Ask = (command: string, params: object) => Promise<unknown>;

/** Speaks the contract as the screens do, and hears every event as they do. */
async function openScreen({ port, sessionToken, patients }: ScreenPlan): Promise<Ask> {
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
  const ask: Ask = (command, params) =>
    new Promise((resolve, reject) => {
      waiting.set(++id, { resolve, reject });
      socket.send(JSON.stringify({ id, command, params }));
    });
  await ask('session.resume', { token: sessionToken });
  const ward = (await ask('ward.live', {})) as readonly object[];
  if (ward.length !== patients) throw new Error(`${patients} patients are here, and the ward shows ${ward.length}`);
  return ask;
}

/** The ward and one patient's last hour by turns, until it is enough. */
async function questions(ask: Ask, patients: number, isEnough: () => boolean): Promise<Latencies> {
  const latencies: Latencies = { 'ward.live': [], 'reading.history': [] };
  for (let turn = 0; !isEnough(); turn++) {
    const startMs = performance.now();
    if (turn % 2 === 0) {
      await ask('ward.live', {});
      latencies['ward.live'].push(performance.now() - startMs);
    } else {
      const toMs = Date.now();
      const period = { fromMs: toMs - HOUR_MS, toMs };
      await ask('reading.history', { patientId: 1 + (turn % patients), kinds: KINDS, ...period, maxPoints: 1000 });
      latencies['reading.history'].push(performance.now() - startMs);
    }
    const waitMs = Math.max(0, ASK_EVERY_MS - (performance.now() - startMs));
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  return latencies;
}

let patients = 0;
let ask: Ask | null = null;
let enough = false;

async function obey(message: ToScreen): Promise<void> {
  switch (message.type) {
    case 'open':
      patients = message.patients;
      ask = await openScreen(message);
      process.send?.('open');
      return;
    case 'ask':
      if (ask === null) throw new Error('the screen is not open');
      enough = false;
      process.send?.(await questions(ask, patients, () => enough));
      return;
    case 'enough':
      enough = true;
  }
}

process.on('disconnect', () => process.exit(1));
process.on('message', (message: ToScreen) => {
  obey(message).catch((error: unknown) => process.send?.({ error: error instanceof Error ? error.message : String(error) }));
});
