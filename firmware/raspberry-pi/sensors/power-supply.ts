// The battery's charge as the kernel's driver of its gauge tells it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sensor } from './sensor.ts';

const FOLDER = '/sys/class/power_supply';

/** @param name the gauge's folder, as `BAT0` or `max17040_battery`. */
export class PowerSupply implements Sensor<number> {
  readonly #file: string;

  constructor(name: string, folder = FOLDER) {
    this.#file = join(folder, name, 'capacity');
  }

  /** Null while the gauge does not tell. */
  sample(): number | null {
    try {
      const percent = Number(readFileSync(this.#file, 'utf8').trim());
      return Number.isInteger(percent) && percent >= 0 && percent <= 100 ? percent : null;
    } catch {
      return null;
    }
  }
}
