// What is wrong with a device, for a person to know: an alarm, or an entry in the audit.
import type { Logger } from 'pino';
import type { Alarms } from './alarms/alarms.ts';
import type { Remote, StoreWrites } from './store/ports.ts';

export interface DeviceWarningParts {
  readonly writes: Pick<Remote<StoreWrites>, 'addAudit'>;
  readonly alarms: Alarms;
  readonly log: Logger;
  readonly now: () => number;
}

export class DeviceWarnings {
  readonly #parts: DeviceWarningParts;

  constructor(parts: DeviceWarningParts) {
    this.#parts = parts;
  }

  /** Its token is used from two places at once, or (null) from one again. */
  twoPlaces(deviceId: string, places: readonly [string, string] | null): void {
    this.#parts.alarms.technical('device-twice', {
      active: places !== null,
      deviceId,
      message: `${deviceId} sends from two places at once`,
      detail:
        places === null ? '' : `${places.join(' and ')} use one token. Revoke the device and add each of the two with its own.`,
      priority: 'low',
    });
  }

  /** It could not prove who it is. */
  refused(deviceId: string, reason: string): void {
    const { writes, log, now } = this.#parts;
    const entry = { actor: 'console', atMs: now(), action: 'device.refused', subject: `device ${deviceId}`, detail: reason };
    writes.addAudit(entry).catch((error: unknown) => log.error({ err: error, deviceId }, 'a refusal was not written down'));
  }
}
