// Another process may write to the same database: the command line beside a running console. What it changed is taken in here.
import type { DeviceTokens } from './accounts/device-tokens.ts';
import type { Alarms } from './alarms/alarms.ts';
import type { ConsoleEvent } from './contract/events.ts';
import type { Patient } from './contract/models.ts';
import { watchedDevice } from './handlers/devices.ts';
import type { Intake } from './intake/intake.ts';
import type { Remote, StoreReads } from './store/ports.ts';
import type { Ward } from './ward.ts';

export interface OtherWritersParts {
  readonly reads: Pick<Remote<StoreReads>, 'patients' | 'patient' | 'devices' | 'bindings'>;
  readonly intake: Intake;
  readonly alarms: Alarms;
  readonly deviceTokens: DeviceTokens;
  readonly ward: Ward;
  readonly takeIn: (patient: Patient) => Promise<void>;
  readonly emit: (event: ConsoleEvent) => void;
}

export class OtherWriters {
  readonly #parts: OtherWritersParts;
  #looking: Promise<void> | null = null;

  constructor(parts: OtherWritersParts) {
    this.#parts = parts;
  }

  /** Compares what is stored with what is in memory; cheap, as all three lists are short. */
  look(): Promise<void> {
    this.#looking ??= this.#takeAll().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
  }

  /**
   * A device has shown a good token: where memory knows none, or one that was revoked, it was added by another process a moment ago.
   * It, and who wears it, are taken in before its first reading is judged.
   */
  async meet(deviceId: string): Promise<void> {
    if (this.#parts.intake.board.record(deviceId)?.revokedAtMs === null) return;
    // One that is under way may have read its lists before the device was added.
    await this.#looking?.catch(() => undefined);
    await this.look();
  }

  async #takeAll(): Promise<void> {
    await this.#patients();
    await this.#devices();
    await this.#bindings();
  }

  async #patients(): Promise<void> {
    const { reads, ward } = this.#parts;
    const stored = await reads.patients({ includeDischarged: false });
    for (const patient of stored) {
      const known = ward.patient(patient.patientId);
      if (known !== null && JSON.stringify(known) === JSON.stringify(patient)) continue;
      await this.#takeIn(patient.patientId);
    }
    const here = new Set(stored.map(({ patientId }) => patientId));
    for (const patientId of ward.patientIds()) if (!here.has(patientId)) await this.#takeIn(patientId);
  }

  /** Asked anew: what this console itself has changed since the list was read must not be undone by it. */
  async #takeIn(patientId: number): Promise<void> {
    const { reads, ward, takeIn, emit } = this.#parts;
    const patient = await reads.patient({ patientId });
    const known = ward.patient(patientId);
    if (patient === null || (known === null && patient.dischargedAtMs !== null)) return;
    if (JSON.stringify(known) === JSON.stringify(patient)) return;
    await takeIn(patient);
    emit({ name: 'patient.changed', payload: patient });
  }

  async #devices(): Promise<void> {
    const { reads, intake, deviceTokens } = this.#parts;
    for (const record of await reads.devices()) {
      const known = intake.board.record(record.deviceId);
      if (known !== null && known.revokedAtMs === record.revokedAtMs) continue;
      intake.board.put(record);
      deviceTokens.forget(record.deviceId);
    }
  }

  /** A binding goes from open to ended and never back: what memory knows to have ended is newer than the list. */
  async #bindings(): Promise<void> {
    const { reads, intake, alarms } = this.#parts;
    const open = await reads.bindings({ openOnly: true });
    for (const binding of open) {
      if (intake.bindings.knows(binding)) continue;
      const device = intake.rebound(binding);
      if (device !== null) alarms.watch(watchedDevice(device, binding.patientId));
    }
    const stillOpen = new Set(open.map(({ bindingId }) => bindingId));
    const missing = intake.bindings.allOpen().filter(({ bindingId }) => !stillOpen.has(bindingId));
    if (missing.length === 0) return;
    const all = new Map((await reads.bindings({ openOnly: false })).map((binding) => [binding.bindingId, binding]));
    for (const { bindingId, deviceId } of missing) {
      const ended = all.get(bindingId);
      if (ended === undefined || ended.toMs === null || intake.bindings.openOf(deviceId)?.bindingId !== bindingId) continue;
      intake.rebound(ended);
      alarms.unwatch(deviceId);
    }
  }
}
