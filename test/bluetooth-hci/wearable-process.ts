// The Raspberry Pi wearable as a program of its own, with simulated sensors, on a controller of the emulated air.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../firmware/raspberry-pi/main.ts', import.meta.url));
const simulated = { driver: 'simulated' };

export class WearableProcess {
  readonly recordsFile: string;
  readonly #child: ChildProcess;
  #output = '';

  constructor(folder: string, { deviceId, name, token, port }: Readonly<Record<'deviceId' | 'name' | 'token' | 'port', string>>) {
    this.recordsFile = join(folder, 'wearable.sqlite');
    const config = join(folder, 'wearable.json');
    writeFileSync(join(folder, 'token'), token);
    writeFileSync(
      config,
      JSON.stringify({
        deviceId,
        name,
        tokenFile: 'token',
        records: { file: this.recordsFile },
        bluetooth: { adapter: { kind: 'uart', port } },
        sensors: {
          oximeter: simulated,
          ecg: simulated,
          cuff: simulated,
          glucose: simulated,
          respiration: simulated,
          battery: simulated,
        },
      }),
    );
    this.#child = spawn(process.execPath, [PROGRAM, '--config', config], { stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (text) => (this.#output += String(text)));
  }

  /** Everything it said. */
  get output(): string {
    return this.#output;
  }

  get isAdvertising(): boolean {
    return this.#output.includes('advertising');
  }

  async stop(): Promise<void> {
    this.#child.kill();
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
  }
}
