// Between the socket and the broker: refuses MQTT packets that are too long by their header, and stops reading on demand.
import { Duplex } from 'node:stream';

export interface FrameLimits {
  /** Of the first packet: it comes before anyone has proved who they are. */
  readonly firstBytes: number;
  /** Of any other. */
  readonly bytes: number;
}

/** Bytes read ahead of the broker. */
const READ_AHEAD_BYTES = 16 * 1024;

export class FrameGuard extends Duplex {
  readonly #socket: Duplex;
  readonly #limits: FrameLimits;
  #isFirst = true;
  /** Payload bytes of the present packet still to come; null within a header. */
  #remaining: number | null = null;
  /** Header bytes seen of the present packet, its length so far and the weight of the next digit. */
  #headerBytes = 0;
  #length = 0;
  #weight = 1;
  #onHold = false;

  constructor(socket: Duplex, limits: FrameLimits) {
    super({ readableHighWaterMark: READ_AHEAD_BYTES, allowHalfOpen: false });
    this.#socket = socket;
    this.#limits = limits;
    socket.on('data', (chunk: Buffer) => {
      const tooLong = this.#tooLong(chunk);
      if (tooLong !== null) this.destroy(new Error(tooLong));
      else if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  /** Nothing more is read until `release`: the sender's own buffers fill, and it waits. */
  hold(): void {
    this.#onHold = true;
    this.#socket.pause();
  }

  release(): void {
    if (!this.#onHold) return;
    this.#onHold = false;
    this.#socket.resume();
  }

  override _read(): void {
    if (!this.#onHold) this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _writev(chunks: { readonly chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** Why the packets in these bytes are not let through; null where they are. */
  #tooLong(chunk: Buffer): string | null {
    let at = 0;
    while (at < chunk.length) {
      if (this.#remaining !== null) {
        const skipped = Math.min(this.#remaining, chunk.length - at);
        at += skipped;
        this.#remaining -= skipped;
        if (this.#remaining === 0) this.#nextPacket();
        continue;
      }
      const byte = chunk[at] ?? 0;
      at += 1;
      this.#headerBytes += 1;
      if (this.#headerBytes === 1) continue;
      this.#length += (byte & 0x7f) * this.#weight;
      this.#weight *= 128;
      if ((byte & 0x80) !== 0) {
        if (this.#headerBytes === 5) return 'malformed packet length';
        continue;
      }
      if (this.#length > (this.#isFirst ? this.#limits.firstBytes : this.#limits.bytes)) return 'packet too large';
      if (this.#length === 0) this.#nextPacket();
      else this.#remaining = this.#length;
    }
    return null;
  }

  #nextPacket(): void {
    this.#isFirst = false;
    this.#remaining = null;
    this.#headerBytes = 0;
    this.#length = 0;
    this.#weight = 1;
  }
}
