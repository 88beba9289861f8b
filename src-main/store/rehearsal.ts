// Stored values in order of time for a rehearsal: probabilities of a model, and vitals, of which only what could matter is read one by one.
import type { RiskModel } from '../contract/models.ts';
import type { VitalKind } from '../vitals/kinds.ts';
import type { ReadableDatabase } from './database.ts';
import { deviceReads } from './devices.ts';
import type { Period } from './ports.ts';
import { predictionReads } from './predictions.ts';
import { HOUR_MS, MINUTE_MS, rollupReads } from './rollups.ts';
import { columnOf, type VitalColumn } from './vital-columns.ts';

export interface RehearsedValue {
  readonly atMs: number;
  readonly source: string;
  /** Canonical unit, or a probability. */
  readonly value: number;
}

/** False where nothing between these two values could pass a limit, or keep up what did. */
export type Matters = (min: number, max: number) => boolean;

/** When it begins, least and greatest value. */
type Piece = readonly [atMs: number, min: number, max: number];

export function rehearsalReads(db: ReadableDatabase) {
  const devices = deviceReads(db);
  const rollups = rollupReads(db);
  const predictions = predictionReads(db);

  /** One device's values of one vital: an hour or a minute in which nothing matters stands as one value of its own. */
  function* valuesOf(
    sourceId: number,
    column: VitalColumn,
    [fromMs, toMs]: readonly [number, number],
    matters: Matters,
  ): Generator<RehearsedValue> {
    const source = `${sourceId}|${column.kind}`;
    const pieces = (from: number, to: number, widthMs: number): readonly Piece[] => {
      const found: Piece[] = [];
      rollups.collect(sourceId, column, from, to, widthMs, (atMs, _count, _sum, min, max) => {
        found.push([atMs, min / column.scale, max / column.scale]);
      });
      return found;
    };
    const isQuiet = (found: readonly Piece[]): boolean => !found.some(([, min, max]) => matters(min, max));
    function* oneOf([first]: readonly Piece[]): Generator<RehearsedValue> {
      if (first !== undefined) yield { atMs: first[0], source, value: first[2] };
    }
    function* minuteOf(from: number, to: number): Generator<RehearsedValue> {
      const minute = pieces(from, to, MINUTE_MS);
      if (isQuiet(minute)) yield* oneOf(minute);
      else for (const [atMs, value] of pieces(from, to, 0)) yield { atMs, source, value };
    }
    for (let hourMs = fromMs; hourMs < toMs; hourMs = Math.floor(hourMs / HOUR_MS + 1) * HOUR_MS) {
      const hourEndMs = Math.min(toMs, Math.floor(hourMs / HOUR_MS + 1) * HOUR_MS);
      const hour = pieces(hourMs, hourEndMs, HOUR_MS);
      if (isQuiet(hour)) {
        yield* oneOf(hour);
        continue;
      }
      for (let minuteMs = hourMs; minuteMs < hourEndMs; minuteMs = Math.floor(minuteMs / MINUTE_MS + 1) * MINUTE_MS) {
        const minuteEndMs = Math.min(hourEndMs, Math.floor(minuteMs / MINUTE_MS + 1) * MINUTE_MS);
        yield* minuteOf(minuteMs, minuteEndMs);
      }
    }
  }

  return {
    *scores({ patientId, fromMs, toMs, model }: Period & { model: RiskModel }): Generator<RehearsedValue> {
      for (const { atMs, probability } of predictions.probabilities({ patientId, fromMs, toMs, model }))
        yield { atMs, source: model, value: probability };
    },
    /** Device readings of scored quality, of every device the patient wore, in order of time. */
    vitals(ask: Period & { kinds: readonly VitalKind[] }, matters: Matters): Generator<RehearsedValue> {
      const streams = devices
        .segments(ask)
        .flatMap(({ sourceId, fromMs, toMs }) =>
          ask.kinds.map((kind) => valuesOf(sourceId, columnOf(kind), [fromMs, toMs], matters)),
        );
      return merged(streams);
    },
  };
}

function* merged(streams: readonly Generator<RehearsedValue>[]): Generator<RehearsedValue> {
  const heads = streams.flatMap((stream) => {
    const first = stream.next();
    return first.done ? [] : [{ stream, value: first.value }];
  });
  while (heads.length > 0) {
    let next = 0;
    for (const [index, { value }] of heads.entries()) if (value.atMs < (heads[next]?.value.atMs ?? 0)) next = index;
    const head = heads[next];
    if (head === undefined) return;
    yield head.value;
    const following = head.stream.next();
    if (following.done) heads.splice(next, 1);
    else head.value = following.value;
  }
}

export type RehearsalReads = ReturnType<typeof rehearsalReads>;
