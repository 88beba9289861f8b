// The demo's console: throw-away data, invented patients, and simulated wearables on a virtual radio beneath the real Bluetooth code.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSimulatedWearable, type SimulatedWearable } from '../../firmware/raspberry-pi/index.ts';
import { openConsole } from '../console.ts';
import type { Caller, ConsolePort } from '../console-port.ts';
import type { CommandInput, CommandName, CommandResult } from '../contract/commands.ts';
import { VirtualRadio } from '../links/bluetooth/virtual-radio.ts';
import type { ObservationKind } from '../vitals/inputs.ts';
import { definitionOf } from '../vitals/units.ts';
import type { DemoConsole, DemoOptions } from './demo.ts';
import { giveHistory } from './demo-history.ts';
import { DEMO_PATIENTS, type DemoPatient } from './demo-patients.ts';
import { giveDemoPhotos } from './demo-photos.ts';

/** The simulated bodies have lived a day, and that day is the patients' history. */
const LIVED_MS = 24 * 3_600_000;
const HEARD_WITHIN_MS = 10_000;

type Send = <N extends CommandName>(command: N, params: CommandInput<N>) => Promise<CommandResult<N>>;

/** Six wearables are worn; the seventh lies in its box and waits to be paired. */
export async function openDemoConsole({ host, dataDir, replay, speed, log }: DemoOptions): Promise<DemoConsole> {
  const folder = dataDir ?? mkdtempSync(join(tmpdir(), 'healthsense-demo-'));
  const radio = new VirtualRadio();
  const startMs = Date.now();
  const console = await openConsole({
    dataDir: folder,
    host,
    links: true,
    demo: true,
    radio: { kind: 'virtual', bindings: radio },
    log,
  });
  const caller: Caller = { user: null, sessionHash: null, origin: 'demo' };
  const send: Send = async (command, params) => (await console.handle(command, params, caller)) as CommandResult<typeof command>;

  if (!(await send('console.info', {})).needsFirstUser) {
    await console.close();
    throw new Error(`${folder} holds a console's data already. Give the demo an empty folder, or none.`);
  }
  const { token } = await send('setup.firstUser', {
    userName: 'nurse',
    displayName: 'Nina Nurse',
    password: randomBytes(18).toString('base64url'),
    clinicName: 'HealthSense demo clinic',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  });
  const wearables: SimulatedWearable[] = [];
  for (const [index, patient] of [...DEMO_PATIENTS, null].entries()) {
    // As a clinic does: the console makes the token, and somebody puts it into the wearable.
    const { token: deviceToken } = await send('device.add', { deviceId: serialOf(index) });
    wearables.push(wearableOf(patient, index, { token: deviceToken, startMs, speed, replayFile: index === 0 ? replay : null }));
  }
  for (const { peripheral } of wearables) radio.add(peripheral);
  for (const wearable of wearables) wearable.start();
  await send('bluetooth.scan', { on: true });
  await Promise.all(
    DEMO_PATIENTS.map(async (patient, index) => {
      const { patientId, deviceId } = await admit(send, patient, index, startMs - LIVED_MS);
      if (index === 0) await giveDemoPhotos(send, patientId, startMs);
      // A recording has no past of its own.
      if (index === 0 && replay !== null) return;
      // What is older than the last minutes raises no alarm: those belong to the live wearable.
      const period = { fromMs: startMs - LIVED_MS, toMs: startMs - 6 * 60_000, receivedAtMs: startMs };
      await giveHistory(console.sink, { deviceId, profile: patient.profile, seed: index + 1, ...period });
    }),
  );
  await send('bluetooth.scan', { on: false });

  return { console: closingAll(console, wearables, dataDir === null ? folder : null), sessionToken: token };
}

interface Play {
  readonly token: string;
  readonly startMs: number;
  readonly speed: number;
  readonly replayFile: string | null;
}

function wearableOf(patient: DemoPatient | null, index: number, { replayFile, ...play }: Play): SimulatedWearable {
  return createSimulatedWearable({
    serial: serialOf(index),
    name: nameOf(index),
    address: `c0:de:00:00:00:${(index + 1).toString(16).padStart(2, '0')}`,
    seed: index + 1,
    livedMs: LIVED_MS,
    ...play,
    ...(replayFile === null ? { profile: patient?.profile ?? 'healthy' } : { replayFile }),
  });
}

function serialOf(index: number): string {
  return `HSDEMO${String(index + 1).padStart(2, '0')}`;
}

function nameOf(index: number): string {
  return `HealthSense Band ${index + 1}`;
}

/** The patient, and the wearable they now wear. */
async function admit(
  send: Send,
  demo: DemoPatient,
  index: number,
  wornFromMs: number,
): Promise<{ readonly patientId: number; readonly deviceId: string }> {
  const { profile: _, observations, ...patient } = demo;
  const { patientId } = await send('patient.add', patient);
  await send('observation.add', {
    patientId,
    takenAtMs: Date.now() - 20 * 60_000,
    note: 'On admission',
    entries: (Object.entries(observations) as [ObservationKind, number][]).map(([kind, value]) => ({
      kind,
      value: String(value),
      unit: definitionOf(kind).ucum,
      confirmed: true,
    })),
  });
  const { deviceId } = await pair(send, nameOf(index));
  await send('device.bind', { deviceId, patientId, fromMs: wornFromMs });
  return { patientId, deviceId };
}

/** Waits until the wearable is heard, then pairs it as a nurse would. */
async function pair(send: Send, name: string): Promise<{ readonly deviceId: string }> {
  const untilMs = Date.now() + HEARD_WITHIN_MS;
  for (;;) {
    const heard = (await send('bluetooth.found', {})).find((found) => found.name === name);
    if (heard !== undefined) return send('bluetooth.pair', { address: heard.address });
    if (Date.now() > untilMs) throw new Error(`${name} was not heard.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The wearables end with the console, and so does the folder, where it was made for this demo alone. */
function closingAll(console: ConsolePort, wearables: readonly SimulatedWearable[], throwAway: string | null): ConsolePort {
  return {
    handle: (command, params, caller) => console.handle(command, params, caller),
    isSignedIn: (caller) => console.isSignedIn(caller),
    subscribe: (listener) => console.subscribe(listener),
    mayHear: (caller, event) => console.mayHear(caller, event),
    awake: () => console.awake(),
    reachedBy: (words) => console.reachedBy(words),
    sink: console.sink,
    deviceByToken: (token) => console.deviceByToken(token),
    door: console.door,
    close: async () => {
      for (const wearable of wearables) wearable.stop();
      await console.close();
      if (throwAway !== null) rmSync(throwAway, { recursive: true, force: true });
    },
  };
}
