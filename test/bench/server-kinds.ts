// The servers that are compared: the whole console, the same without models, that with a commit for each reading, and an echo.
import { join } from 'node:path';
import fastifyWebsocket from '@fastify/websocket';
import Fastify, { type FastifyInstance } from 'fastify';
import { DeviceTokens } from '../../src-main/accounts/device-tokens.ts';
import { Alarms } from '../../src-main/alarms/alarms.ts';
import { defaultRules } from '../../src-main/alarms/rules.ts';
import { Announcer } from '../../src-main/announcer.ts';
import { openConsole } from '../../src-main/console.ts';
import { mountSocketBridge } from '../../src-main/hosts/headless/bridge.ts';
import { Intake } from '../../src-main/intake/intake.ts';
import { validate } from '../../src-main/intake/validate.ts';
import { VirtualRadio } from '../../src-main/links/bluetooth/virtual-radio.ts';
import { mountHttpLink } from '../../src-main/links/http/http-link.ts';
import type { IntakeOutcome } from '../../src-main/links/link.ts';
import { EmbeddedBroker } from '../../src-main/links/mqtt/embedded-broker.ts';
import { type DecodedBody, decodeJson } from '../../src-main/links/payload/json.ts';
import { answerOf, itemsOf, readItems } from '../../src-main/links/payload/readings.ts';
import { Engine } from '../../src-main/threads/engine.ts';
import { Query } from '../../src-main/threads/query.ts';
import { Ward } from '../../src-main/ward.ts';

export const SERVER_KINDS = ['console', 'without-models', 'commit-per-reading', 'echo'] as const;
export type ServerKind = (typeof SERVER_KINDS)[number];

interface Served {
  readonly app: FastifyInstance;
  /** Of the broker inside, where there is one. */
  readonly mqttPort: number | null;
  /** What lies behind it, after it has stopped. */
  close(): Promise<void>;
}

/** A device may send as fast as it can: what is measured is the console, not its limits. */
const UNLIMITED = { burst: 1e9, perSecond: 1e9 };

export function serverOf(kind: ServerKind, dataDir: string): Promise<Served> {
  switch (kind) {
    case 'console':
      return wholeConsole(dataDir);
    case 'without-models':
      return withoutModels(dataDir);
    case 'commit-per-reading':
      return withoutModels(dataDir, 1);
    case 'echo':
      return echo();
  }
}

/** As the headless host serves it, with a radio that hears nothing. */
async function wholeConsole(dataDir: string): Promise<Served> {
  const radio = { kind: 'virtual', bindings: new VirtualRadio() } as const;
  const console = await openConsole({ dataDir, host: 'headless', links: true, radio });
  const app = Fastify();
  await app.register(fastifyWebsocket);
  await app.register(async (screens) => mountSocketBridge(screens, { port: console, onError: fail }));
  const deviceByToken = (token: string) => console.deviceByToken(token);
  await mountHttpLink(app, { sink: console.sink, deviceByToken, version: 'bench', deviceRate: UNLIMITED, onError: fail });
  const broker = new EmbeddedBroker({ host: '127.0.0.1', port: 0, sink: console.sink, deviceByToken });
  await broker.start();
  const close = async (): Promise<void> => {
    await broker.stop();
    await console.close();
  };
  return { app, mqttPort: broker.port, close };
}

/** The way of a reading as src-main/console.ts composes it, with an engine that has no models. */
async function withoutModels(dataDir: string, batchLimit?: number): Promise<Served> {
  const databasePath = join(dataDir, 'healthsense.db');
  const modelsModule = new URL('./no-models.ts', import.meta.url).href;
  const engine = new Engine({ databasePath, modelsDir: '', modelsModule, ...(batchLimit === undefined ? {} : { batchLimit }) });
  await engine.start();
  const query = new Query({ databasePath });
  await query.start();
  const settings = await query.store.settings();
  const announcer = new Announcer(fail);
  const { emit } = announcer;
  const alarms = new Alarms({
    now: Date.now,
    monotonicNow: () => performance.now(),
    rules: defaultRules([]),
    units: () => settings,
    lostSignalAfterSeconds: settings.lostSignalAfterSeconds,
    persist: (alarm) => engine.store.saveAlarm({ alarm }),
    onChange: (alarm) => emit({ name: 'alarm.changed', payload: alarm }),
    onReminder: (alarm) => emit({ name: 'alarm.reminder', payload: alarm }),
    onAudioPause: (pause) => emit({ name: 'alarm.audioPause', payload: { pause } }),
  });
  const intake: Intake = new Intake({
    store: engine.store,
    patient: (patientId) => ward.patient(patientId),
    onValidated: (patientId, measurement) => alarms.onMeasurement(patientId, measurement),
    onValues: (patientId, values) => {
      emit({ name: 'values.changed', payload: { patientId, values: [...values], news2: ward.news2(patientId) } });
    },
    onPrediction: (prediction) => fail(new Error(`there are no models, and yet ${prediction.model} has spoken`)),
    onDevice: (device) => emit({ name: 'device.changed', payload: device }),
    onStoring: (problem) => {
      if (problem !== null) fail(problem);
    },
  });
  const ward = new Ward({
    values: (patientId) => intake.values.of(patientId),
    openAlarms: () => alarms.open(),
    devices: () => intake.board.devices(),
    now: Date.now,
  });
  for (const patient of await query.store.patients({ includeDischarged: false })) ward.put(patient);
  await intake.load(query.store);
  const tick = setInterval(() => alarms.tick(), 1000);
  const tokens = new DeviceTokens({ reads: query.store });
  const app = Fastify();
  const deviceByToken = (token: string) => tokens.deviceByToken(token);
  await mountHttpLink(app, { sink: intake, deviceByToken, version: 'bench', deviceRate: UNLIMITED, onError: fail });
  const close = async (): Promise<void> => {
    clearInterval(tick);
    intake.close();
    await engine.stop();
    await query.stop();
  };
  return { app, mqttPort: null, close };
}

/**
 * The ceiling: a bare Fastify that decodes and checks a reading with the console's own code and answers with as many bytes of the same
 * shape, but knows no device, keeps nothing and asks no model.
 */
async function echo(): Promise<Served> {
  const app = Fastify();
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) =>
    done(null, decodeJson(bytes as Buffer)),
  );
  app.post('/api/healthdata', (request, reply) => {
    const { body, repeated } = request.body as DecodedBody;
    const items = itemsOf(body);
    const nowMs = Date.now();
    const { device_id } = items[0] as { readonly device_id?: unknown };
    const read = readItems(items, String(device_id), nowMs, 'token', repeated);
    if (read.errors.length > 0 || read.sent.some(({ measurement }) => validate(measurement, nowMs).length > 0)) {
      return reply.code(422).send({ errors: read.errors });
    }
    const answer = answerOf(
      read,
      read.sent.map(() => SAMPLE),
    );
    return reply.code(201).header('cache-control', 'no-store').send(answer);
  });
  return { app, mqttPort: null, close: async () => undefined };
}

/** As the console answers to what the load generator sends. */
const SAMPLE: IntakeOutcome = {
  status: 'stored',
  readingId: 'r12-mieq8q3c-0',
  predictions: [
    { model: 'diabetes', version: '1.0.0', probability: 0.056123998016119, level: 'low', missing: [] },
    { model: 'heart', version: '1.0.0', probability: 0.13410872220993042, level: 'low', missing: [] },
    { model: 'hypoxia', version: '1.0.0', probability: 0.00871237739920616, level: 'low', missing: [] },
  ],
  alerts: [],
};

function fail(error: unknown): void {
  process.stderr.write(`the server had a problem: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
}
