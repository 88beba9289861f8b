// A console with every link, to be killed: HTTP, a broker of its own, and Bluetooth whose radio is in the process that started it.
// Arguments: --data-dir DIR --port N --mqtt-port N --wearable NAME
import { parseArgs } from 'node:util';
import { openConsole } from '../../src-main/console.ts';
import type { Caller, ConsolePort } from '../../src-main/console-port.ts';
import type { CommandInput, CommandName, CommandResult } from '../../src-main/contract/commands.ts';
import { serveConsole } from '../../src-main/hosts/headless/main.ts';
import { remoteRadio } from './remote-radio.ts';

const { values } = parseArgs({
  options: {
    'data-dir': { type: 'string', default: '' },
    port: { type: 'string', default: '0' },
    'mqtt-port': { type: 'string', default: '0' },
    wearable: { type: 'string', default: '' },
  },
});
const ADMIN: Caller = {
  user: { userId: 0, userName: 'test', displayName: 'Test', role: 'admin', disabled: false },
  sessionHash: null,
  origin: 'test',
};

/** As a nurse would, once: later the console finds it again by itself. */
async function pairOnce(console: ConsolePort, name: string): Promise<void> {
  const send = async <N extends CommandName>(command: N, params: CommandInput<N>) =>
    (await console.handle(command, params, ADMIN)) as CommandResult<N>;
  if ((await send('device.list', {})).some(({ transport, address }) => transport === 'bluetooth' && address !== null)) return;
  // The radio takes a moment to start.
  while ((await send('bluetooth.scan', { on: true }).catch(() => null)) === null) {
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  for (;;) {
    const heard = (await send('bluetooth.found', {})).find((found) => found.name === name);
    if (heard !== undefined) {
      await send('bluetooth.pair', { address: heard.address });
      await send('bluetooth.scan', { on: false });
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const unlimited = { burst: 1_000_000, perSecond: 1_000_000 };
const console = await openConsole({
  dataDir: values['data-dir'],
  host: 'headless',
  links: true,
  radio: { kind: 'virtual', bindings: remoteRadio() },
  mqtt: { embedded: { host: '127.0.0.1', port: Number(values['mqtt-port']) } },
});
await serveConsole(console, { host: '127.0.0.1', port: Number(values.port), deviceRate: unlimited });
await pairOnce(console, values.wearable);
