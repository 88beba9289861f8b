// What a talk with a device is: one way of reading it, begun anew with each link.
import type { DeviceMemory, DeviceStatus, LinkSink } from '../link.ts';
import type { LinkLogger } from '../logger.ts';
import type { Connection, RemoteCharacteristic } from './central.ts';
import type { LinkClock } from './clock.ts';
import type { HeardEcg } from './ecg-stream.ts';
import type { ReceiptSlots } from './identity.ts';
import type { Inquiry, WearableInformation } from './information.ts';
import type { LinkMemory } from './memory.ts';
import type { Outbox } from './outbox.ts';
import type { SessionTiming } from './session-states.ts';

export interface ConversationParts {
  readonly sink: LinkSink;
  readonly clock: LinkClock;
  readonly logger: LinkLogger;
  readonly memory: LinkMemory;
  readonly timing: SessionTiming;
  /** IANA zone in which staff set the clocks of devices. */
  readonly timeZone: () => string;
  readonly onEcg: (deviceId: string, frame: HeardEcg) => void;
  /** Something that screens show has changed. */
  readonly onChange: () => void;
  /** Back-fill has begun (true) or ended. */
  readonly onBackfilling: (isOn: boolean) => void;
  readonly onFlood: () => void;
  /** A frame was understood. */
  readonly onUnderstood: () => void;
}

export interface TalkParts extends ConversationParts {
  readonly outbox: Outbox;
  readonly slots: ReceiptSlots;
}

/** The part of a device's status that a talk knows. */
export type TalkStatus = Pick<DeviceStatus, 'trust' | 'clock' | 'clockOffsetMs' | 'backfill' | 'ecg' | 'lostRecords'> & {
  /** What a person should know while all goes well. */
  readonly note: string;
};

/** One way of reading a device. It lasts as long as its session; `open` begins anew with each link. */
export interface Talk {
  open(link: OpenLink): Promise<void>;
  closed(): void;
  status(): TalkStatus;
}

export interface OpenLink {
  readonly connection: Connection;
  readonly characteristics: readonly RemoteCharacteristic[];
  readonly inquiry: Inquiry;
  readonly information: WearableInformation;
  readonly deviceId: string;
  readonly remembered: DeviceMemory;
  /** A person has asked for this connection. */
  readonly byPerson: boolean;
  /** Subscribes; frames that arrive after the link was ended here are nobody's. `heard` tells whether it understood the frame. */
  subscribe(characteristic: RemoteCharacteristic, heard: (bytes: Uint8Array) => boolean): Promise<void>;
}

/** Nothing of the device is taken, for a reason a person must see to. */
export class RefusedError extends Error {}
