// Finds a Chromium for the tests that look at real pages; fetches one where that is possible.
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const USUAL_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Keeps a test browser from asking the network for anything but the page under test. */
const QUIET = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

let found: string | null | undefined;

/** Path of a Chromium, or null where there is none and none can be fetched. `CHROMIUM` names one by hand. */
export function findChromium(): string | null {
  if (found === undefined) found = lookForChromium();
  return found;
}

function lookForChromium(): string | null {
  const named = process.env.CHROMIUM;
  if (named !== undefined && existsSync(named)) return named;
  const installed = USUAL_PLACES.find((path) => existsSync(path));
  if (installed !== undefined) return installed;
  const fetched = chromium.executablePath();
  if (existsSync(fetched)) return fetched;
  try {
    const cli = join(createRequire(import.meta.url).resolve('playwright-core/package.json'), '..', 'cli.js');
    execFileSync(process.execPath, [cli, 'install', 'chromium-headless-shell'], { stdio: 'ignore', timeout: 120_000 });
    return existsSync(fetched) ? fetched : null;
  } catch {
    return null;
  }
}

/** @throws where no Chromium was found: ask `findChromium` first and skip by name. */
export async function launchChromium(...furtherArgs: readonly string[]): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('No Chromium was found: set CHROMIUM to the path of one.');
  // A browser started by root refuses its own sandbox.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args: [...QUIET, ...asRoot, ...furtherArgs] });
}
