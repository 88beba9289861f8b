// Who wears which device when, in memory: the main thread must know the patient before a reading is stored, for its alarms.
import type { Binding } from '../contract/models.ts';

export class Bindings {
  readonly #ofDevice = new Map<string, Binding[]>();

  load(bindings: readonly Binding[]): void {
    this.#ofDevice.clear();
    for (const binding of bindings) this.#listOf(binding.deviceId).push(binding);
  }

  /**
   * Takes in what the store has answered to a binding, its end, or a claim of time gone by. A new open binding ends the one before it,
   * and all that end later by a clock that has been set back since.
   */
  apply(binding: Binding): void {
    const list = this.#listOf(binding.deviceId);
    const { fromMs } = binding;
    const others = list
      .filter(({ bindingId }) => bindingId !== binding.bindingId)
      .map((other) => {
        const isOver = binding.toMs !== null || (other.toMs !== null && other.toMs <= fromMs);
        return isOver ? other : { ...other, toMs: Math.max(other.fromMs, fromMs) };
      });
    this.#ofDevice.set(binding.deviceId, [...others, binding]);
  }

  /** Null: nobody wore it then. */
  patientAt(deviceId: string, atMs: number): number | null {
    const list = this.#ofDevice.get(deviceId);
    if (list === undefined) return null;
    for (let index = list.length - 1; index >= 0; index--) {
      const binding = list[index];
      if (binding !== undefined && binding.fromMs <= atMs && (binding.toMs === null || atMs < binding.toMs))
        return binding.patientId;
    }
    return null;
  }

  /** The binding that holds now; null: the device is bound to nobody. */
  openOf(deviceId: string): Binding | null {
    return this.#ofDevice.get(deviceId)?.find(({ toMs }) => toMs === null) ?? null;
  }

  allOpen(): readonly Binding[] {
    return [...this.#ofDevice.values()].flatMap((list) => list.filter(({ toMs }) => toMs === null));
  }

  /** Whether this binding is known, open or ended. */
  knows({ deviceId, bindingId }: Binding): boolean {
    return this.#ofDevice.get(deviceId)?.some((known) => known.bindingId === bindingId) ?? false;
  }

  #listOf(deviceId: string): Binding[] {
    let list = this.#ofDevice.get(deviceId);
    if (list === undefined) {
      list = [];
      this.#ofDevice.set(deviceId, list);
    }
    return list;
  }
}
