// Watches bound devices for silence: a device not heard, or one whose readings do not count, for longer than the setting.
// The second closes a hole: a finger clip that fell off keeps the device talking while nothing guards the patient any more.
// By the monotonic clock alone: a jump of the wall clock neither raises nor hides a lost signal.
import type { VitalKind } from '../vitals/kinds.ts';

export interface WatchedDevice {
  readonly deviceId: string;
  readonly patientId: number;
  /** What staff call it. */
  readonly name: string;
  /** For a device that reports more seldom than the setting allows. */
  readonly silentAfterMs?: number;
}

export type SignalProblem = 'lost-signal' | 'no-usable-readings';

export interface SignalWatchOptions {
  readonly monotonicNow: () => number;
  readonly silentAfterMs: number;
  /** `kinds`: what is not usable; empty for a lost signal. */
  readonly onProblem: (problem: SignalProblem, device: WatchedDevice, afterMs: number, kinds: readonly VitalKind[]) => void;
  readonly onRecovered: (problem: SignalProblem, device: WatchedDevice) => void;
}

/** Readings of one kind in a row that do not count. */
interface Unusable {
  readonly sinceMono: number;
  count: number;
}

interface Watch {
  device: WatchedDevice;
  heardAtMono: number;
  /** Kinds that have been usable: what the device never could measure is no problem. */
  readonly measures: Set<VitalKind>;
  readonly unusable: Map<VitalKind, Unusable>;
  readonly problems: Set<SignalProblem>;
}

export class SignalWatch {
  readonly #options: SignalWatchOptions;
  readonly #watches = new Map<string, Watch>();
  #silentAfterMs: number;

  constructor(options: SignalWatchOptions) {
    this.#options = options;
    this.#silentAfterMs = options.silentAfterMs;
  }

  setSilentAfterMs(silentAfterMs: number): void {
    this.#silentAfterMs = silentAfterMs;
  }

  /** From the moment of binding on. `already`: problems that are known to exist, as after a restart. */
  watch(device: WatchedDevice, already: readonly SignalProblem[] = []): void {
    const known = this.#watches.get(device.deviceId);
    if (known !== undefined && known.device.patientId === device.patientId) {
      known.device = device;
      return;
    }
    if (known !== undefined) this.unwatch(device.deviceId);
    const mono = this.#options.monotonicNow();
    this.#watches.set(device.deviceId, {
      device,
      heardAtMono: mono,
      measures: new Set(),
      unusable: new Map(),
      problems: new Set(already),
    });
  }

  /** Bound to nobody any more: silence is then no problem. */
  unwatch(deviceId: string): void {
    const watch = this.#watches.get(deviceId);
    if (watch === undefined) return;
    this.#watches.delete(deviceId);
    for (const problem of watch.problems) this.#options.onRecovered(problem, watch.device);
  }

  watched(deviceId: string): WatchedDevice | null {
    return this.#watches.get(deviceId)?.device ?? null;
  }

  /** Anything at all from the device. */
  heard(deviceId: string): void {
    const watch = this.#watches.get(deviceId);
    if (watch === undefined) return;
    watch.heardAtMono = this.#options.monotonicNow();
    this.#recovered(watch, 'lost-signal');
  }

  /** A live reading of one kind, and whether it is a number that counts. Call `heard` once for the whole measurement. */
  reading(deviceId: string, kind: VitalKind, usable: boolean): void {
    const watch = this.#watches.get(deviceId);
    if (watch === undefined) return;
    if (usable) {
      watch.measures.add(kind);
      if (watch.unusable.size > 0) watch.unusable.delete(kind);
      if (watch.problems.size > 0 && this.#lacking(watch, 0).length === 0) this.#recovered(watch, 'no-usable-readings');
      return;
    }
    const before = watch.unusable.get(kind);
    if (before === undefined) watch.unusable.set(kind, { sinceMono: this.#options.monotonicNow(), count: 1 });
    else before.count += 1;
  }

  tick(): void {
    const mono = this.#options.monotonicNow();
    for (const watch of this.#watches.values()) {
      const allowedMs = watch.device.silentAfterMs ?? this.#silentAfterMs;
      const silentMs = mono - watch.heardAtMono;
      if (silentMs > allowedMs) this.#problem(watch, 'lost-signal', silentMs, []);
      else if (watch.unusable.size > 0) {
        const kinds = this.#lacking(watch, allowedMs);
        if (kinds.length > 0) this.#problem(watch, 'no-usable-readings', allowedMs, kinds);
      }
    }
  }

  /** Kinds that have been unusable for longer, twice at least: of those it measures, or of all where nothing was usable yet. */
  #lacking(watch: Watch, longerThanMs: number): VitalKind[] {
    const mono = this.#options.monotonicNow();
    const kinds: VitalKind[] = [];
    for (const [kind, { sinceMono, count }] of watch.unusable) {
      const expected = watch.measures.size === 0 || watch.measures.has(kind);
      if (expected && count >= 2 && mono - sinceMono > longerThanMs) kinds.push(kind);
    }
    return kinds;
  }

  #problem(watch: Watch, problem: SignalProblem, afterMs: number, kinds: readonly VitalKind[]): void {
    if (watch.problems.has(problem)) return;
    watch.problems.add(problem);
    this.#options.onProblem(problem, watch.device, afterMs, kinds);
  }

  #recovered(watch: Watch, problem: SignalProblem): void {
    if (watch.problems.delete(problem)) this.#options.onRecovered(problem, watch.device);
  }
}
