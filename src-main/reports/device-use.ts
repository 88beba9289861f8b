// What each device did for a patient in a period: worn from when to when, how much it sent, and how far its clock was off.
import { QUALITY } from '../links/link.ts';
import type { DeviceRecord, ReadingRow, Worn } from '../store/ports.ts';
import type { ClockOffset, DeviceUse } from './report-data.ts';

/** Enough for a steady median; every later reading still counts for the extremes. */
const MOST_SAMPLES = 20_000;

interface Tally {
  readings: number;
  backfilled: number;
  clockUnset: number;
  samples: number;
  minMs: number;
  maxMs: number;
  readonly offsets: number[];
}

export class DeviceTally {
  readonly #tallies = new Map<string, Tally>();

  add(reading: ReadingRow): void {
    const tally = this.#tally(reading.deviceId);
    tally.readings += 1;
    if ((reading.quality & QUALITY.clockUnset) !== 0) tally.clockUnset += 1;
    if (reading.origin === 'backfill') {
      // How late a back-filled reading arrives says nothing about the clock.
      tally.backfilled += 1;
      return;
    }
    if ((reading.quality & QUALITY.clockUnset) !== 0) return;
    const offset = reading.takenAtMs - reading.receivedAtMs;
    tally.samples += 1;
    tally.minMs = Math.min(tally.minMs, offset);
    tally.maxMs = Math.max(tally.maxMs, offset);
    if (tally.offsets.length < MOST_SAMPLES) tally.offsets.push(offset);
  }

  /** Devices worn in the period, and any other that has readings in it. */
  finish(worn: readonly Worn[], devices: readonly DeviceRecord[]): readonly DeviceUse[] {
    const ids = new Set([...worn.map((one) => one.deviceId), ...this.#tallies.keys()]);
    return [...ids].map((deviceId) => {
      const device = devices.find((one) => one.deviceId === deviceId);
      const tally = this.#tallies.get(deviceId);
      return {
        deviceId,
        name: device?.name ?? '',
        model: device?.model ?? '',
        firmware: device?.firmware ?? '',
        worn: worn.filter((one) => one.deviceId === deviceId),
        readings: tally?.readings ?? 0,
        backfilled: tally?.backfilled ?? 0,
        clockUnset: tally?.clockUnset ?? 0,
        clock: tally === undefined ? null : clockOffset(tally),
      };
    });
  }

  #tally(deviceId: string): Tally {
    const known = this.#tallies.get(deviceId);
    if (known !== undefined) return known;
    const fresh: Tally = {
      readings: 0,
      backfilled: 0,
      clockUnset: 0,
      samples: 0,
      minMs: Number.POSITIVE_INFINITY,
      maxMs: Number.NEGATIVE_INFINITY,
      offsets: [],
    };
    this.#tallies.set(deviceId, fresh);
    return fresh;
  }
}

function clockOffset(tally: Tally): ClockOffset | null {
  const sorted = [...tally.offsets].sort((a, b) => a - b);
  const medianMs = sorted[Math.floor(sorted.length / 2)];
  return medianMs === undefined ? null : { samples: tally.samples, medianMs, minMs: tally.minMs, maxMs: tally.maxMs };
}
