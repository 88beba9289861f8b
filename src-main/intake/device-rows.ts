// What a device says of itself, stored: its row is added the first time something of it is accepted, and follows its name, model and firmware.
import type { DeviceStatus } from '../links/link.ts';
import type { Remote, StoreWrites } from '../store/ports.ts';
import { type DeviceBoard, modelText } from './device-board.ts';

const BY_CONSOLE = 'console';

export interface DeviceRowsParts {
  readonly store: Pick<Remote<StoreWrites>, 'putDevice'>;
  readonly board: DeviceBoard;
  readonly now: () => number;
}

export class DeviceRows {
  readonly #parts: DeviceRowsParts;
  readonly #adding = new Map<string, Promise<void>>();

  constructor(parts: DeviceRowsParts) {
    this.#parts = parts;
  }

  /** Adds those that have no row. Null: all have one, and nothing needs to be waited for. */
  addUnknown(deviceIds: readonly string[]): Promise<unknown> | null {
    const unknown = new Set(deviceIds.filter((deviceId) => this.#parts.board.record(deviceId) === null));
    return unknown.size === 0 ? null : Promise.all([...unknown].map((deviceId) => this.#put(deviceId)));
  }

  /** Stores what is news of a device that has a row. */
  follow(status: DeviceStatus): void {
    const record = this.#parts.board.record(status.deviceId);
    if (record === null || record.revokedAtMs !== null) return;
    // Where a network device is at the moment is kept with its token; only a Bluetooth address is what it is.
    const address = status.transport === 'bluetooth' ? status.address : undefined;
    const [name, model, firmware] = [status.name, modelText(status), status.firmware];
    const isNews = (told: string | undefined, known: string | null): boolean =>
      told !== undefined && told !== '' && told !== known;
    if (
      !isNews(name, record.name) &&
      !isNews(address, record.address) &&
      !isNews(model, record.model) &&
      !isNews(firmware, record.firmware)
    ) {
      return;
    }
    // The board shows it already; if it cannot be stored now, it is with the next status.
    this.#put(status.deviceId).catch(() => undefined);
  }

  /** One at a time per device. */
  #put(deviceId: string): Promise<void> {
    let adding = this.#adding.get(deviceId);
    if (adding === undefined) {
      adding = this.#putOnce(deviceId).finally(() => this.#adding.delete(deviceId));
      this.#adding.set(deviceId, adding);
    }
    return adding;
  }

  async #putOnce(deviceId: string): Promise<void> {
    const { store, board, now } = this.#parts;
    const status = board.statusOf(deviceId);
    const { name = '', firmware = '' } = status;
    const address = status.transport === 'bluetooth' ? (status.address ?? '') : '';
    const model = modelText(status);
    const record = await store.putDevice({
      actor: BY_CONSOLE,
      atMs: now(),
      deviceId,
      transport: board.record(deviceId)?.transport ?? status.transport ?? 'bluetooth',
      ...(name === '' ? {} : { name }),
      ...(address === '' ? {} : { address }),
      ...(model === '' ? {} : { model }),
      ...(firmware === '' ? {} : { firmware }),
    });
    board.put(record);
  }
}
