// A batch of measurements, and what became of them, as one transferable buffer each beside a small table of strings.
import { type Prediction, riskLevel, riskModel } from '../contract/models.ts';
import type { Measurement } from '../links/link.ts';
import { packSpecials, unpackSpecials, VITAL_COLUMNS } from '../store/vital-columns.ts';
import type { VitalKind } from '../vitals/kinds.ts';

export interface EncodedBatch {
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly deviceIds: readonly string[];
}

/** device, takenAt, receivedAt, sequence, origin, quality, specials, then one number per vital (NaN: not sent). */
const HEAD = 7;
const WIDTH = HEAD + VITAL_COLUMNS.length;
/** Bits of origin. */
const BACKFILL = 1;
const WEARER_SAID = 2;

export function encodeBatch(batch: readonly Measurement[]): EncodedBatch {
  const numbers = new Float64Array(batch.length * WIDTH);
  const deviceIds = new StringTable();
  batch.forEach((measurement, index) => {
    const at = index * WIDTH;
    numbers[at] = deviceIds.indexOf(measurement.deviceId);
    numbers[at + 1] = measurement.takenAtMs;
    numbers[at + 2] = measurement.receivedAtMs;
    numbers[at + 3] = measurement.sequence;
    numbers[at + 4] = (measurement.origin === 'backfill' ? BACKFILL : 0) | (measurement.wearerSaid ? WEARER_SAID : 0);
    numbers[at + 5] = measurement.quality;
    numbers[at + 6] = packSpecials(measurement.specials);
    VITAL_COLUMNS.forEach(({ kind }, vital) => {
      numbers[at + HEAD + vital] = measurement.values[kind] ?? Number.NaN;
    });
  });
  return { numbers, deviceIds: deviceIds.list };
}

export function decodeBatch({ numbers, deviceIds }: EncodedBatch): readonly Measurement[] {
  const batch: Measurement[] = [];
  for (let at = 0; at < numbers.length; at += WIDTH) {
    const read = (offset: number): number => numbers[at + offset] ?? Number.NaN;
    const values: { [K in VitalKind]?: number } = {};
    VITAL_COLUMNS.forEach(({ kind }, vital) => {
      const value = read(HEAD + vital);
      if (!Number.isNaN(value)) values[kind] = value;
    });
    batch.push({
      deviceId: deviceIds[read(0)] ?? '',
      takenAtMs: read(1),
      receivedAtMs: read(2),
      sequence: read(3),
      origin: read(4) & BACKFILL ? 'backfill' : 'live',
      quality: read(5),
      specials: unpackSpecials(read(6)),
      values,
      ...(read(4) & WEARER_SAID ? { wearerSaid: true } : {}),
    });
  }
  return batch;
}

/** What became of one measurement; `predictions` are positions in the batch's list. */
export type ItemOutcome =
  | {
      readonly status: 'stored' | 'duplicate';
      readonly sourceId: number;
      readonly patientId: number | null;
      readonly predictions: readonly number[];
      /** Stored before all models had answered: the others' predictions follow. */
      readonly follow: boolean;
    }
  | { readonly status: 'conflict'; readonly kind: VitalKind; readonly stored: number; readonly sent: number };

export interface BatchOutcome {
  readonly items: readonly ItemOutcome[];
  /** `anchor` is the item that caused the score; -1 where it is a stored one that answers a repeat. */
  readonly predictions: readonly { readonly anchor: number; readonly prediction: Prediction }[];
}

export interface EncodedOutcomes {
  readonly items: number;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly strings: readonly string[];
}

const STATUSES = ['stored', 'duplicate', 'conflict'] as const;
const MODELS = riskModel.options;
const LEVELS = riskLevel.options;

/** Numbers one after another: the items, each with its own count of positions, then the predictions to the end. */
export function encodeOutcomes({ items, predictions }: BatchOutcome): EncodedOutcomes {
  const numbers: number[] = [];
  const strings = new StringTable();
  for (const item of items) {
    numbers.push(STATUSES.indexOf(item.status));
    if (item.status === 'conflict') {
      numbers.push(strings.indexOf(item.kind), item.stored, item.sent);
    } else {
      numbers.push(item.sourceId, item.patientId ?? 0, item.follow ? 1 : 0, item.predictions.length, ...item.predictions);
    }
  }
  for (const { anchor, prediction } of predictions) {
    numbers.push(
      anchor,
      strings.indexOf(prediction.predictionId),
      prediction.patientId,
      MODELS.indexOf(prediction.model),
      strings.indexOf(prediction.version),
      prediction.scoredAtMs,
      prediction.probability ?? Number.NaN,
      LEVELS.indexOf(prediction.level),
      strings.indexOf(prediction.missing.join(',')),
    );
  }
  return { items: items.length, numbers: Float64Array.from(numbers), strings: strings.list };
}

export function decodeOutcomes({ items: count, numbers, strings }: EncodedOutcomes): BatchOutcome {
  let at = 0;
  const next = (): number => numbers[at++] ?? Number.NaN;
  const text = (): string => strings[next()] ?? '';
  const items: ItemOutcome[] = [];
  for (let index = 0; index < count; index++) {
    const status = STATUSES[next()] ?? 'conflict';
    if (status === 'conflict') {
      items.push({ status, kind: text() as VitalKind, stored: next(), sent: next() });
    } else {
      const [sourceId, patientId, follow] = [next(), next(), next() === 1];
      items.push({
        status,
        sourceId,
        patientId: patientId === 0 ? null : patientId,
        follow,
        predictions: Array.from({ length: next() }, next),
      });
    }
  }
  const predictions: { anchor: number; prediction: Prediction }[] = [];
  while (at < numbers.length) {
    const anchor = next();
    const [predictionId, patientId, model, version, scoredAtMs, probability, level, missing] = [
      text(),
      next(),
      MODELS[next()] ?? 'hypoxia',
      text(),
      next(),
      next(),
      LEVELS[next()] ?? 'abstained',
      text(),
    ];
    predictions.push({
      anchor,
      prediction: {
        predictionId,
        patientId,
        model,
        version,
        scoredAtMs,
        probability: Number.isNaN(probability) ? null : probability,
        level,
        missing: missing === '' ? [] : missing.split(','),
      },
    });
  }
  return { items, predictions };
}

/** Strings that repeat are sent once. */
class StringTable {
  readonly list: string[] = [];
  readonly #positions = new Map<string, number>();

  indexOf(text: string): number {
    let position = this.#positions.get(text);
    if (position === undefined) {
      position = this.list.push(text) - 1;
      this.#positions.set(text, position);
    }
    return position;
  }
}
