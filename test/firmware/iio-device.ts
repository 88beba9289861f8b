// A sensor as Linux's Industrial I/O shows it, without the sensor: its files in a folder, its samples through a pipe.
import { spawnSync } from 'node:child_process';
import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  type WriteStream,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export class IioDevice {
  readonly sysfs: string;
  readonly dev: string;
  readonly #root = mkdtempSync(join(tmpdir(), 'healthsense-iio-'));
  readonly #pipe: WriteStream;

  /** @param elements by name without prefix: their type as the kernel writes it, in order of their index. */
  constructor(name: string, elements: Readonly<Record<string, string>>, files: Readonly<Record<string, string>> = {}) {
    this.sysfs = join(this.#root, 'devices');
    this.dev = join(this.#root, 'dev');
    mkdirSync(this.dev);
    this.put('iio:device0/name', `${name}\n`);
    this.put('iio:device0/buffer/enable', '0');
    this.put('iio:device0/buffer/length', '2');
    this.put('iio:device0/trigger/current_trigger', '\n');
    this.put('trigger0/name', 'ecg\n');
    this.put('trigger0/sampling_frequency', '100');
    for (const [index, [element, type]] of Object.entries(elements).entries()) {
      this.put(`iio:device0/scan_elements/in_${element}_en`, '0');
      this.put(`iio:device0/scan_elements/in_${element}_type`, `${type}\n`);
      this.put(`iio:device0/scan_elements/in_${element}_index`, `${index}\n`);
    }
    for (const [file, text] of Object.entries(files)) this.put(`iio:device0/${file}`, text);
    spawnSync('mkfifo', [join(this.dev, 'iio:device0')]);
    // Open for both ways, so that opening never waits for the other end.
    this.#pipe = createWriteStream('', { fd: openSync(join(this.dev, 'iio:device0'), 'r+') });
  }

  /** What a file of the device holds now. */
  file(path: string): string {
    return readFileSync(join(this.sysfs, path), 'utf8').trim();
  }

  put(path: string, text: string): string {
    const file = join(this.sysfs, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  }

  /** Resolves when the kernel has the bytes. */
  send(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => this.#pipe.write(bytes, (error) => (error ? reject(error) : resolve())));
  }

  close(): void {
    this.#pipe.destroy();
    rmSync(this.#root, { recursive: true, force: true });
  }
}
