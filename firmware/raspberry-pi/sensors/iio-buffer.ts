// Samples that the kernel's own sensor driver gathers, through Linux's Industrial I/O files: no native code here, and timing that no
// busy program can shift. Files and formats: the kernel's Documentation/ABI/testing/sysfs-bus-iio.
import { createReadStream, existsSync, openSync, type ReadStream, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface IioBufferOptions {
  /** What the driver calls itself, as `max30102`. */
  readonly device: string;
  /** Scan elements without prefix and ending, as `intensity_red`. */
  readonly channels: readonly string[];
  /** Name of the trigger that paces it; null: the driver paces itself. */
  readonly trigger: string | null;
  /** Of the trigger, Hz. */
  readonly sampleHz: number | null;
  /** Other files of the device and what is written into them, where it has them. */
  readonly settings?: Readonly<Record<string, string>>;
  /** One sample of each channel, in the order asked for: raw counts. */
  readonly heard: (counts: readonly number[]) => void;
  readonly failed: (reason: string) => void;
  readonly sysfs?: string;
  readonly dev?: string;
}

interface Element {
  readonly channel: string;
  readonly index: number;
  readonly isBigEndian: boolean;
  readonly isSigned: boolean;
  readonly bits: number;
  readonly octets: number;
  readonly shift: number;
}

/** A second at 250 Hz, so that a late reader loses nothing. */
const KEPT_SAMPLES = 256;
const TYPE = /^(be|le):(s|u)(\d+)\/(\d+)(?:X\d+)?>>(\d+)$/;

export class IioBuffer {
  readonly #folder: string;
  readonly #stream: ReadStream;
  readonly #elements: readonly Element[];
  readonly #order: readonly number[];
  readonly #heard: IioBufferOptions['heard'];
  #kept = Buffer.alloc(0);

  /** @throws Error in plain words where the device is not there or will not be read. */
  constructor({ device, channels, trigger, sampleHz, settings = {}, heard, failed, ...roots }: IioBufferOptions) {
    const { sysfs = '/sys/bus/iio/devices', dev = '/dev' } = roots;
    const node = named(sysfs, 'iio:device', device);
    if (node === null) throw new Error(`There is no sensor ${device} under ${sysfs}. Is its overlay loaded?`);
    this.#folder = join(sysfs, node);
    this.#heard = heard;
    this.#set('buffer/enable', 0);
    for (const [file, value] of Object.entries(settings)) {
      if (existsSync(join(this.#folder, file))) writeFileSync(join(this.#folder, file), value);
    }
    if (trigger !== null) this.#pace(sysfs, trigger, sampleHz);
    for (const file of readdirSync(join(this.#folder, 'scan_elements'))) {
      if (!file.endsWith('_en')) continue;
      const channel = file.slice('in_'.length, -'_en'.length);
      this.#set(`scan_elements/${file}`, channels.includes(channel) ? 1 : 0);
    }
    const elements = channels.map((channel) => this.#element(channel));
    this.#elements = [...elements].sort((a, b) => a.index - b.index);
    this.#order = elements.map((element) => this.#elements.indexOf(element));
    this.#set('buffer/length', KEPT_SAMPLES);
    this.#set('buffer/enable', 1);
    this.#stream = createReadStream('', { fd: openSync(join(dev, node), 'r') });
    this.#stream.on('data', (bytes) => this.#take(Buffer.from(bytes)));
    this.#stream.on('error', (error) => failed(`${device}: ${error.message}`));
    this.#stream.on('end', () => failed(`${device}: the sensor's file has ended`));
  }

  /** What a file of the device says; null where it has none. */
  number(file: string): number | null {
    const path = join(this.#folder, file);
    return existsSync(path) ? Number(readFileSync(path, 'utf8')) : null;
  }

  stop(): void {
    this.#stream.destroy();
    this.#set('buffer/enable', 0);
  }

  #pace(sysfs: string, trigger: string, sampleHz: number | null): void {
    const node = named(sysfs, 'trigger', trigger);
    if (node === null) throw new Error(`There is no trigger ${trigger} under ${sysfs}.`);
    if (sampleHz !== null) writeFileSync(join(sysfs, node, 'sampling_frequency'), String(sampleHz));
    writeFileSync(join(this.#folder, 'trigger/current_trigger'), trigger);
  }

  #set(file: string, value: number): void {
    writeFileSync(join(this.#folder, file), String(value));
  }

  #element(channel: string): Element {
    const path = join(this.#folder, 'scan_elements', `in_${channel}`);
    if (!existsSync(`${path}_type`)) throw new Error(`The sensor has no channel ${channel}: ${path}_type is missing.`);
    const type = readFileSync(`${path}_type`, 'utf8').trim();
    const [, order, sign, bits, storage, shift] = TYPE.exec(type) ?? [];
    if (order === undefined) throw new Error(`${path}_type says ${type}, which is not understood.`);
    const isBigEndian = order === 'be';
    const index = Number(readFileSync(`${path}_index`, 'utf8'));
    const [octets, isSigned] = [Number(storage) / 8, sign === 's'];
    return { channel, index, isBigEndian, isSigned, bits: Number(bits), octets, shift: Number(shift) };
  }

  /** Each element stands at a multiple of its own size, and so does the next scan of the largest. */
  #take(bytes: Buffer): void {
    this.#kept = Buffer.concat([this.#kept, bytes]);
    const offsets: number[] = [];
    let end = 0;
    for (const { octets } of this.#elements) {
      offsets.push(Math.ceil(end / octets) * octets);
      end = (offsets.at(-1) ?? 0) + octets;
    }
    const largest = Math.max(...this.#elements.map(({ octets }) => octets));
    const scan = Math.ceil(end / largest) * largest;
    while (this.#kept.length >= scan) {
      const counts = this.#elements.map((element, at) => countsOf(this.#kept, offsets[at] ?? 0, element));
      this.#kept = this.#kept.subarray(scan);
      this.#heard(this.#order.map((at) => counts[at] ?? 0));
    }
  }
}

function countsOf(bytes: Buffer, offset: number, { octets, isBigEndian, isSigned, bits, shift }: Element): number {
  const stored = isBigEndian ? bytes.readUIntBE(offset, octets) : bytes.readUIntLE(offset, octets);
  const counts = Math.floor(stored / 2 ** shift) % 2 ** bits;
  return isSigned && counts >= 2 ** (bits - 1) ? counts - 2 ** bits : counts;
}

/** @returns the folder of that kind whose `name` this is; null: none. */
function named(sysfs: string, kind: string, name: string): string | null {
  const nodes = existsSync(sysfs) ? readdirSync(sysfs).filter((node) => node.startsWith(kind)) : [];
  return nodes.find((node) => readFileSync(join(sysfs, node, 'name'), 'utf8').trim() === name) ?? null;
}
