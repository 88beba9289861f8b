// What can be changed while the console runs, as it holds at present.
import type { Binding, BluetoothSettings, Settings } from './contract/models.ts';
import type { Remote, StoreReads } from './store/ports.ts';

export class SettingsInForce {
  clinic: Settings;
  bluetooth: BluetoothSettings;
  /** UTC ms: what was shown by an earlier setting is not taken back by a later one. */
  bindingHoursSetAtMs: number;
  /** UTC ms: single readings of before are not kept, nor taken in. */
  readingsKeptFromMs: number;

  static async read(
    reads: Pick<Remote<StoreReads>, 'settings' | 'bluetoothSettings' | 'retention' | 'lastDone'>,
  ): Promise<SettingsInForce> {
    const [clinic, bluetooth, setAtMs, retention] = await Promise.all([
      reads.settings(),
      reads.bluetoothSettings(),
      reads.lastDone({ action: 'bluetooth.settings' }),
      reads.retention(),
    ]);
    const readingsKeptFromMs = retention.find(({ kind }) => kind === 'raw')?.keptFromMs ?? 0;
    return new SettingsInForce({ clinic, bluetooth, bindingHoursSetAtMs: setAtMs ?? 0, readingsKeptFromMs });
  }

  private constructor(read: Pick<SettingsInForce, 'clinic' | 'bluetooth' | 'bindingHoursSetAtMs' | 'readingsKeptFromMs'>) {
    this.clinic = read.clinic;
    this.bluetooth = read.bluetooth;
    this.bindingHoursSetAtMs = read.bindingHoursSetAtMs;
    this.readingsKeptFromMs = read.readingsKeptFromMs;
  }

  /** When a binding ends by itself, UTC ms; null: only by a person or a discharge. */
  readonly bindingUntilMs = ({ boundAtMs }: Binding): number | null => {
    const { bindingHours } = this.bluetooth;
    return bindingHours === null ? null : boundAtMs + bindingHours * 3_600_000;
  };
}
