// Devices: network devices with their tokens, what is set for each device, and who wears which.
import type { DeviceTokens } from '../accounts/device-tokens.ts';
import { hashToken, newToken } from '../accounts/tokens.ts';
import type { Alarms } from '../alarms/alarms.ts';
import type { WatchedDevice } from '../alarms/signal-watch.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { Device } from '../contract/models.ts';
import type { Intake } from '../intake/intake.ts';
import type { BluetoothLink } from '../links/bluetooth/bluetooth-link.ts';
import type { SettingsInForce } from '../settings-in-force.ts';
import type { By, Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import { by, type HandlersOf } from './handler.ts';

export interface DeviceParts {
  readonly reads: Remote<StoreReads>;
  readonly writes: Remote<StoreWrites>;
  readonly intake: Intake;
  readonly alarms: Alarms;
  readonly deviceTokens: DeviceTokens;
  /** Null where this console runs without links. */
  readonly bluetooth: BluetoothLink | null;
  readonly now: () => number;
}

/** When bindings end by themselves, and since when that is so, UTC ms. */
export type BindingTime = Pick<SettingsInForce, 'bindingUntilMs' | 'bindingHoursSetAtMs'>;

const BY_TIME = 'console (binding ran out)';

/** A device on the network reports when it likes: its silence counts from here at the earliest. */
const NETWORK_SILENT_AFTER_MS = 5 * 60_000;

/** What the alarms watch of a device that a patient wears. */
export function watchedDevice({ deviceId, name, transport }: Device, patientId: number): WatchedDevice {
  const watched = { deviceId, patientId, name: name === '' ? deviceId : name };
  return transport === 'bluetooth' ? watched : { ...watched, silentAfterMs: NETWORK_SILENT_AFTER_MS };
}

/** Binding and unbinding, also when a patient is discharged. */
export class BindingDesk {
  readonly #parts: DeviceParts;

  constructor(parts: DeviceParts) {
    this.#parts = parts;
  }

  async bind(deviceId: string, patientId: number, who: By, fromMs?: number): Promise<Device> {
    const { reads, writes, intake, alarms } = this.#parts;
    const known = this.device(deviceId);
    if (fromMs !== undefined && fromMs > who.atMs) {
      throw new ConsoleError('out_of_range', 'A device cannot be bound from a time to come.', { field: 'fromMs', limit: 'now' });
    }
    if (known.revokedAtMs !== null)
      throw new ConsoleError('conflict', 'This device has been revoked.', { field: 'deviceId', value: deviceId });
    const patient = await reads.patient({ patientId });
    if (patient === null) throw new ConsoleError('not_found', 'There is no such patient.', { field: 'patientId' });
    if (patient.dischargedAtMs !== null)
      throw new ConsoleError('conflict', `${patient.name} has been discharged.`, { field: 'patientId' });
    const binding = await writes.bind({ ...who, deviceId, patientId, ...(fromMs !== undefined && { fromMs }) });
    intake.rebound(binding);
    alarms.watch(watchedDevice(known, patientId));
    this.#tellRanOut(deviceId, null);
    return this.device(deviceId);
  }

  /** `fromMs`: since when it was not worn by whom it is bound to; now where left out. */
  async unbind(deviceId: string, who: By, fromMs?: number): Promise<Device> {
    if (fromMs !== undefined && fromMs > who.atMs) {
      throw new ConsoleError('out_of_range', 'A device cannot be taken off in a time to come.', {
        field: 'fromMs',
        limit: 'now',
      });
    }
    await this.#end({ ...who, deviceId, ...(fromMs !== undefined && { fromMs }) });
    return this.device(deviceId);
  }

  /** Whatever the patient wears. What another screen has given to somebody else meanwhile is left alone. */
  async unbindAll(patientId: number, who: By): Promise<void> {
    const { bindings } = this.#parts.intake;
    for (const { deviceId, bindingId } of bindings.allOpen().filter((open) => open.patientId === patientId))
      await this.#end({ ...who, deviceId, bindingId });
  }

  /** @returns whether the binding has ended here. */
  async #end(ask: By & { readonly deviceId: string; readonly fromMs?: number; readonly bindingId?: number }): Promise<boolean> {
    const { writes, intake, alarms } = this.#parts;
    const ended = await writes.unbind(ask);
    if (ended !== null) intake.rebound(ended);
    if (intake.bindings.openOf(ask.deviceId) === null) {
      alarms.unwatch(ask.deviceId);
      this.#tellRanOut(ask.deviceId, null);
    }
    return ended !== null;
  }

  /** Disconnected by a person: nobody needs to be told that nobody wears it. */
  outOfUse(deviceId: string): void {
    this.#tellRanOut(deviceId, null);
  }

  /** Its silence is no alarm any more: a person must know, and decide. Null: that is so no longer. */
  #tellRanOut(deviceId: string, wearer: string | null): void {
    this.#parts.alarms.technical('binding-ran-out', {
      active: wearer !== null,
      deviceId,
      message: `The binding of ${deviceId} has run out`,
      detail:
        wearer === null
          ? ''
          : `It was worn by ${wearer}. Its readings now wait unclaimed: give it to somebody, or take it out of use.`,
      priority: 'low',
    });
  }

  /** Ends the bindings whose time has run out, as of then; but not before that time was set, nor before what was last heard. */
  async endExpired(nowMs: number, { bindingUntilMs, bindingHoursSetAtMs }: BindingTime): Promise<void> {
    for (const binding of this.#parts.intake.bindings.allOpen()) {
      const { deviceId, bindingId, patientId } = binding;
      const endsAtMs = bindingUntilMs(binding);
      if (endsAtMs === null || endsAtMs > nowMs) continue;
      const heardAtMs = this.device(deviceId).lastHeardAtMs ?? 0;
      const atMs = Math.min(nowMs, Math.max(endsAtMs, bindingHoursSetAtMs, heardAtMs + 1));
      if (!(await this.#end({ actor: BY_TIME, atMs, deviceId, bindingId }))) continue;
      const wearer = await this.#parts.reads.patient({ patientId });
      if (this.#parts.intake.bindings.openOf(deviceId) === null) this.#tellRanOut(deviceId, wearer?.name ?? 'a patient');
    }
  }

  /** @throws ConsoleError `not_found` */
  device(deviceId: string): Device {
    const device = this.#parts.intake.board.device(deviceId);
    if (device === null)
      throw new ConsoleError('not_found', `There is no device ${deviceId}.`, { field: 'deviceId', value: deviceId });
    return device;
  }
}

export function deviceHandlers(parts: DeviceParts, desk: BindingDesk): HandlersOf<'device'> {
  const { writes, intake, deviceTokens, bluetooth, now } = parts;

  return {
    'device.list': async () => [...intake.board.devices()],
    'device.add': async ({ deviceId, patientId }, caller) => {
      const who = by(caller, now());
      const known = intake.board.device(deviceId);
      if (known !== null && known.revokedAtMs === null) {
        throw new ConsoleError(
          'already_exists',
          `There is a device ${deviceId} already. Revoke it first to give it a new token.`,
          {
            field: 'deviceId',
            value: deviceId,
          },
        );
      }
      const token = newToken();
      intake.board.put(await writes.putDevice({ ...who, deviceId, transport: 'http', tokenHash: hashToken(token) }));
      deviceTokens.forget(deviceId);
      const device = patientId === null ? desk.device(deviceId) : await desk.bind(deviceId, patientId, who);
      return { device, token };
    },
    'device.revoke': async ({ deviceId }, caller) => {
      const who = by(caller, now());
      desk.device(deviceId);
      await desk.unbind(deviceId, who);
      const record = await writes.revokeDevice({ ...who, deviceId });
      deviceTokens.forget(deviceId);
      if (record.transport === 'bluetooth') await bluetooth?.disconnect(deviceId).catch(() => undefined);
      return intake.board.put(record);
    },
    'device.bind': ({ deviceId, patientId, fromMs }, caller) => desk.bind(deviceId, patientId, by(caller, now()), fromMs),
    'device.unbind': ({ deviceId, fromMs }, caller) => desk.unbind(deviceId, by(caller, now()), fromMs),
    'device.configure': async ({ deviceId, cgmOctetOrder }, caller) => {
      const known = desk.device(deviceId);
      await writes.configureDevice({ ...by(caller, now()), deviceId, cgmOctetOrder });
      const record = (await parts.reads.devices()).find((each) => each.deviceId === deviceId);
      if (record === undefined) return known;
      // It is read anew when the device connects.
      bluetooth?.reconnect(deviceId);
      return intake.board.put(record);
    },
  };
}
