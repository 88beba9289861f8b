// Sends records over the network every so often, and frees only what the far end has acknowledged.
import { VITAL_KINDS, type VitalKind } from '../../src-main/vitals/kinds.ts';
import { type HealthRecord, RECORD_QUALITY } from './healthsense-frames.ts';
import type { RecordStore } from './record-store.ts';

/** One reading as the console's HTTP and MQTT interfaces take it. */
export type Payload = { readonly [field: string]: string | number };

/** How one batch fared: `acknowledged` means that the console has committed it. */
export type Delivered = 'acknowledged' | 'try-again';

export interface DeliveryOptions {
  /** The store's name for this way. */
  readonly way: string;
  readonly deviceId: string;
  readonly store: RecordStore;
  readonly everyMs: number;
  readonly deliver: (batch: readonly Payload[]) => Promise<Delivered>;
  readonly say: (text: string) => void;
}

/** The console takes up to a thousand readings at once; a wearable's memory and radio prefer fewer. */
const RECORDS_AT_ONCE = 400;
const LONGEST_PAUSE_MS = 10 * 60_000;

const FIELD: { readonly [K in VitalKind]?: string } = {
  heartRate: 'heart_rate',
  spo2: 'spo2',
  systolic: 'bp_systolic',
  diastolic: 'bp_diastolic',
  glucose: 'glucose',
  respiratoryRate: 'respiratory_rate',
  temperature: 'temperature',
};

/** The payload has no field that could say so: such values are for Bluetooth alone, which tells quality. */
const DOUBTED =
  RECORD_QUALITY.questionable |
  RECORD_QUALITY.invalid |
  RECORD_QUALITY.demonstration |
  RECORD_QUALITY.sensorOff |
  RECORD_QUALITY.cuffLoose |
  RECORD_QUALITY.sensorFault;

/** Records of one moment become one payload; a moment of which nothing can be said becomes none. */
export function payloadsOf(deviceId: string, records: readonly HealthRecord[]): readonly Payload[] {
  const moments = new Map<number, Map<string, number>>();
  for (const { takenAtMs, values, quality } of records) {
    if (takenAtMs === 0 || (quality & DOUBTED) !== 0) continue;
    const fields = moments.get(takenAtMs) ?? new Map<string, number>();
    moments.set(takenAtMs, fields);
    for (const kind of VITAL_KINDS) {
      const value = values[kind];
      const field = FIELD[kind];
      if (field !== undefined && typeof value === 'number') fields.set(field, round(value));
    }
    const { pulseRate, systolic } = values;
    // A cuff's pulse is of the minute before; the oximeter's stands in where no electrodes are.
    if (typeof pulseRate === 'number' && systolic === undefined && !fields.has('heart_rate'))
      fields.set('heart_rate', round(pulseRate));
  }
  return [...moments].flatMap(([takenAtMs, fields]) =>
    fields.size === 0
      ? []
      : [{ device_id: deviceId, timestamp: new Date(takenAtMs).toISOString(), ...Object.fromEntries(fields) }],
  );
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export class Delivery {
  readonly #options: DeliveryOptions;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> = Promise.resolve();
  #failures = 0;
  #stopped = false;

  constructor(options: DeliveryOptions) {
    this.#options = options;
  }

  start(): void {
    this.#again(this.#options.everyMs);
  }

  /** Resolves when what was under way has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    await this.#running;
  }

  #again(afterMs: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#sendAll().then((pauseMs) => this.#again(pauseMs));
    }, afterMs);
  }

  /** @returns how long to wait until the next time, ms. */
  async #sendAll(): Promise<number> {
    const { way, store, everyMs, say } = this.#options;
    for (let batch = this.#next(); batch.length > 0 && !this.#stopped; batch = this.#next()) {
      if ((await this.#deliver(batch)) === 'try-again') {
        this.#failures += 1;
        const pauseMs = Math.min(LONGEST_PAUSE_MS, everyMs * 2 ** Math.min(this.#failures, 10));
        if (this.#failures === 1) say(`${way}: not delivered, kept and tried again`);
        return pauseMs * (0.5 + Math.random() / 2);
      }
      if (this.#failures > 0) say(`${way}: delivers again`);
      this.#failures = 0;
      store.acknowledge(way, batch.at(-1)?.sequence ?? 0);
    }
    return everyMs;
  }

  async #deliver(records: readonly HealthRecord[]): Promise<Delivered> {
    const payloads = payloadsOf(this.#options.deviceId, records);
    if (payloads.length === 0) return 'acknowledged';
    try {
      return await this.#options.deliver(payloads);
    } catch {
      return 'try-again';
    }
  }

  /** Ends between two moments: the records of one must travel in one payload. */
  #next(): readonly HealthRecord[] {
    const { way, store } = this.#options;
    const records = store.from(store.next(way), RECORDS_AT_ONCE);
    const last = records.at(-1)?.takenAtMs;
    if (records.length < RECORDS_AT_ONCE || records[0]?.takenAtMs === last) return records;
    return records.slice(
      0,
      records.findIndex(({ takenAtMs }) => takenAtMs === last),
    );
  }
}
