// Stands between a host and its emulated controller, passes HCI packets on, and can take the other side out of range.
// btvirt reports an advertiser once for each time that scanning or advertising begins; here it is heard every second, as on air.
import { createConnection, createServer, type Server, type Socket } from 'node:net';

const COMMAND = 0x01;
const ACL_DATA = 0x02;
const EVENT = 0x04;
const DISCONNECTION_COMPLETE = 0x05;
const COMMAND_STATUS = 0x0f;
const LE_META = 0x3e;
const LE_CONNECTION_COMPLETE = 0x01;
const LE_ADVERTISING_REPORT = 0x02;
const DISCONNECT = 0x0406;
const LE_SET_SCAN_ENABLE = 0x200c;
const ADVERTISE_EVERY_MS = 1_000;
const CONNECTION_TIMEOUT = 0x08;
const ATTRIBUTE_PROTOCOL = 0x0004;

/** Octets of a packet after its type, its length field among them; null while the header is not there yet. */
const LENGTH_OF: { readonly [type: number]: (bytes: Buffer) => number | null } = {
  [COMMAND]: (bytes) => (bytes.length < 4 ? null : 4 + bytes.readUInt8(3)),
  [ACL_DATA]: (bytes) => (bytes.length < 5 ? null : 5 + bytes.readUInt16LE(3)),
  [EVENT]: (bytes) => (bytes.length < 3 ? null : 3 + bytes.readUInt8(2)),
};

export class HciRelay {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #timer = setInterval(() => this.#advertise(), ADVERTISE_EVERY_MS);
  /** The last report of each kind. */
  readonly #reports = new Map<number, Buffer>();
  #host: Socket | null = null;
  #controller: Socket | null = null;
  #isScanning = false;
  #handle: number | null = null;
  #isOutOfRange = false;
  #isCutting = false;

  /** @param path where the host's serial line connects. */
  constructor(path: string, controllerPath: string) {
    this.#server = createServer((host) => this.#join(host, createConnection(controllerPath))).listen(path);
  }

  /** From now on nothing is heard of the other side; an open link ends as one that timed out does. */
  goOutOfRange(): void {
    this.#isOutOfRange = true;
    if (this.#handle === null) return;
    this.#isCutting = true;
    const disconnect = Buffer.from([COMMAND, 0, 0, 3, 0, 0, 0x13]);
    disconnect.writeUInt16LE(DISCONNECT, 1);
    disconnect.writeUInt16LE(this.#handle, 4);
    this.#controller?.write(disconnect);
  }

  comeBack(): void {
    this.#isOutOfRange = false;
  }

  /** Lets the host hear, on the open link, octets of an attribute protocol packet that its far end never sent. */
  forge(attribute: Buffer): void {
    const packet = Buffer.alloc(9 + attribute.length);
    packet.writeUInt8(ACL_DATA, 0);
    packet.writeUInt16LE((this.#handle ?? 0) | 0x2000, 1);
    packet.writeUInt16LE(4 + attribute.length, 3);
    packet.writeUInt16LE(attribute.length, 5);
    packet.writeUInt16LE(ATTRIBUTE_PROTOCOL, 7);
    attribute.copy(packet, 9);
    this.#host?.write(packet);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #join(host: Socket, controller: Socket): void {
    this.#host = host;
    this.#controller = controller;
    for (const socket of [host, controller]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
    host.on('close', () => controller.destroy());
    controller.on('close', () => host.destroy());
    eachPacket(host, (packet) => {
      if (packet[0] === COMMAND && packet.readUInt16LE(1) === LE_SET_SCAN_ENABLE) this.#isScanning = packet[4] === 1;
      controller.write(packet);
    });
    eachPacket(controller, (packet) => {
      if (this.#passes(packet)) host.write(packet);
    });
  }

  #advertise(): void {
    if (!this.#isScanning || this.#isOutOfRange || this.#handle !== null) return;
    for (const report of this.#reports.values()) this.#host?.write(report);
  }

  /** Looks at what the controller tells its host, and changes what an ended link is said to have ended of. */
  #passes(packet: Buffer): boolean {
    if (packet[0] !== EVENT) return true;
    const isLe = packet[1] === LE_META;
    if (isLe && packet[3] === LE_ADVERTISING_REPORT) {
      this.#reports.set(packet[5] ?? 0, packet);
      return !this.#isOutOfRange;
    }
    if (isLe && packet[3] === LE_CONNECTION_COMPLETE && packet[4] === 0) this.#handle = packet.readUInt16LE(5);
    if (packet[1] === DISCONNECTION_COMPLETE) {
      this.#handle = null;
      if (this.#isOutOfRange) packet[6] = CONNECTION_TIMEOUT;
    }
    if (packet[1] !== COMMAND_STATUS || !this.#isCutting || packet.readUInt16LE(5) !== DISCONNECT) return true;
    this.#isCutting = false;
    return false;
  }
}

function eachPacket(socket: Socket, heard: (packet: Buffer) => void): void {
  let kept = Buffer.alloc(0);
  socket.on('data', (bytes) => {
    kept = Buffer.concat([kept, bytes]);
    for (let length = lengthOf(kept); length !== null && kept.length >= length; length = lengthOf(kept)) {
      heard(kept.subarray(0, length));
      kept = kept.subarray(length);
    }
  });
}

function lengthOf(bytes: Buffer): number | null {
  if (bytes.length === 0) return null;
  const length = LENGTH_OF[bytes[0] ?? 0];
  if (length === undefined) throw new Error(`Not an HCI packet: ${bytes.subarray(0, 8).toString('hex')}`);
  return length(bytes);
}
