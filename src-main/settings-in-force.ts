// What can be changed while the console runs, as it holds at present.
import type { Binding, BluetoothSettings, Settings } from './contract/models.ts';
import type { Remote, StoreReads } from './store/ports.ts';

export class SettingsInForce {
  clinic: Settings;
  bluetooth: BluetoothSettings;
  /** UTC ms: single readings of before are not kept, nor taken in. */
  readingsKeptFromMs: number;

  static async read(reads: Pick<Remote<StoreReads>, 'settings' | 'bluetoothSettings' | 'retention'>): Promise<SettingsInForce> {
    const [clinic, bluetooth, retention] = await Promise.all([reads.settings(), reads.bluetoothSettings(), reads.retention()]);
    return new SettingsInForce(clinic, bluetooth, retention.find(({ kind }) => kind === 'raw')?.keptFromMs ?? 0);
  }

  private constructor(clinic: Settings, bluetooth: BluetoothSettings, readingsKeptFromMs: number) {
    this.clinic = clinic;
    this.bluetooth = bluetooth;
    this.readingsKeptFromMs = readingsKeptFromMs;
  }

  /** When a binding ends by itself, UTC ms; null: only by a person or a discharge. */
  readonly bindingUntilMs = ({ boundAtMs }: Binding): number | null => {
    const { bindingHours } = this.bluetooth;
    return bindingHours === null ? null : boundAtMs + bindingHours * 3_600_000;
  };
}
