// Opens the console's page in the machine's browser where there is one; where there is none, nobody is told off.
import { spawn } from 'node:child_process';
import { hasDisplay } from './electron-binary.ts';

export function openBrowser(
  url: string,
  machine: { readonly platform: NodeJS.Platform; readonly env: NodeJS.ProcessEnv } = process,
): void {
  if (!hasDisplay(machine)) return;
  const [program, ...args] = browserCommand(url, machine.platform);
  const child = spawn(program, args, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

export function browserCommand(url: string, platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open', url];
  // Not `start`, which would need a shell to quote the address for.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}
