// The radio as sessions see it: one small interface, so that nothing above knows which library or adapter is below.

/** `starting` only until the adapter has answered; `busy`: another program holds it. */
export type RadioState = 'starting' | 'ready' | 'off' | 'unavailable' | 'unauthorized' | 'busy';

/** What keeps an adapter from working, where it can be told. */
export type RadioProblem = 'unauthorized' | 'busy' | 'unavailable' | 'no-usb-driver';

export interface RadioStatus {
  readonly state: RadioState;
  /** Plain words for the person who must act on it; empty when ready. */
  readonly detail: string;
}

export interface Advert {
  /** MAC address in capitals, or the system's own identifier where it hides addresses (macOS). */
  readonly address: string;
  /** As it came from the air; empty where none was sent. */
  readonly name: string;
  readonly rssiDbm: number;
  /** Normal form of uuid.ts. */
  readonly services: readonly string[];
  readonly connectable: boolean;
}

export interface RemoteCharacteristic {
  readonly service: string;
  readonly uuid: string;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  /** By notification or indication. */
  readonly canSubscribe: boolean;
}

/** One open link. Every promise is rejected when the link closes or the radio does not answer in time. */
export interface Connection {
  readonly address: string;
  discover(): Promise<readonly RemoteCharacteristic[]>;
  read(characteristic: RemoteCharacteristic): Promise<Uint8Array>;
  write(characteristic: RemoteCharacteristic, bytes: Uint8Array): Promise<void>;
  subscribe(characteristic: RemoteCharacteristic, listener: (bytes: Uint8Array) => void): Promise<void>;
  readRssiDbm(): Promise<number>;
  /** Resolves when the link is closed; never rejects. */
  disconnect(): Promise<void>;
  /** Called once, however the link ended. */
  onClosed(listener: () => void): void;
}

export interface Central {
  /** For people: which radio this is. */
  readonly radio: string;
  status(): RadioStatus;
  /** Never rejects: what goes wrong becomes the status. */
  start(): Promise<void>;
  stop(): Promise<void>;
  startScanning(): void;
  stopScanning(): void;
  restartScanning(): void;
  /** @throws Error in plain words when the device does not answer in time. */
  connect(address: string, timeoutMs: number): Promise<Connection>;
  onStatus(listener: (status: RadioStatus) => void): void;
  onAdvert(listener: (advert: Advert) => void): void;
}
