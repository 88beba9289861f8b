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
  readonly reads: Pick<Remote<StoreReads>, 'patients' | 'devices' | 'bindings'>;
  readonly intake: Intake;
  readonly alarms: Alarms;
  readonly deviceTokens: DeviceTokens;
  readonly ward: Ward;
  readonly takeIn: (patient: Patient) => Promise<void>;
  readonly emit: (event: ConsoleEvent) => void;
}

export class OtherWriters {
  readonly #parts: OtherWritersParts;

  constructor(parts: OtherWritersParts) {
    this.#parts = parts;
  }

  /** Compares what is stored with what is in memory; cheap, as all three lists are short. */
  async look(): Promise<void> {
    await this.#patients();
    await this.#devices();
    await this.#bindings();
  }

  async #patients(): Promise<void> {
    const { reads, ward, takeIn, emit } = this.#parts;
    const stored = await reads.patients({ includeDischarged: false });
    for (const patient of stored) {
      const known = ward.patient(patient.patientId);
      if (known !== null && JSON.stringify(known) === JSON.stringify(patient)) continue;
      await takeIn(patient);
      emit({ name: 'patient.changed', payload: patient });
    }
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

  async #bindings(): Promise<void> {
    const { reads, intake, alarms } = this.#parts;
    for (const binding of await reads.bindings({ openOnly: true })) {
      const { deviceId, patientId } = binding;
      if (intake.bindings.openOf(deviceId)?.bindingId === binding.bindingId) continue;
      const device = intake.rebound(binding);
      if (device !== null) alarms.watch(watchedDevice(device, patientId));
    }
  }
}
