// Rules of starting: options, data directory, Node version, where Electron can be had, what has to be built again.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { browserCommand } from '../../src-main/hosts/browser.ts';
import { parseMoment } from '../../src-main/hosts/cli-time.ts';
import { defaultDataDir } from '../../src-main/hosts/data-dir.ts';
import { chooseElectron } from '../../src-main/hosts/electron-binary.ts';
import { parseHostOptions, UsageError } from '../../src-main/hosts/options.ts';
import { sourcesStamp } from '../../src-main/hosts/renderer-build.ts';
import { plainWords } from '../../src-main/hosts/shutdown.ts';
import { appRoot } from '../../src-main/installation.ts';
import { nodeOptionsOf } from '../bench/node-options.ts';

describe('options', () => {
  it('left out have their usual values', () => {
    expect(parseHostOptions([])).toEqual({
      demo: false,
      headless: false,
      browser: true,
      dataDir: null,
      host: '127.0.0.1',
      port: null,
      allowedHosts: [],
      replay: null,
      speed: 1,
    });
  });

  it('are read as written', () => {
    const args =
      '--headless --no-browser --data-dir d --host 0.0.0.0 --port 0 --allowed-host a --allowed-host b --replay r.csv --speed 60';
    expect(parseHostOptions(args.split(' '))).toMatchObject({
      headless: true,
      browser: false,
      dataDir: 'd',
      host: '0.0.0.0',
      port: 0,
      allowedHosts: ['a', 'b'],
      replay: 'r.csv',
      speed: 60,
    });
  });

  it.each([
    ['--port', 'x'],
    ['--port', '65536'],
    ['--port', '-1'],
    ['--port', '1.5'],
    ['--speed', '0'],
    ['--speed', 'fast'],
    ['--spede', '2'],
  ])('%s %s is wrong use', (...args) => {
    expect(() => parseHostOptions(args)).toThrow(UsageError);
  });

  it('of Electron itself are passed over by the desktop host', () => {
    expect(parseHostOptions(['--inspect=1', '--demo', '--data-dir', 'd'], { ignoreUnknown: true })).toMatchObject({
      demo: true,
      dataDir: 'd',
    });
  });
});

describe('the data directory', () => {
  it('is where each system keeps applications’ data', () => {
    const home = join('/', 'home', 'nora');
    expect(defaultDataDir({ platform: 'linux', env: {}, home })).toBe(join(home, '.local', 'share', 'healthsense'));
    expect(defaultDataDir({ platform: 'linux', env: { XDG_DATA_HOME: '/data' }, home })).toBe(join('/data', 'healthsense'));
    expect(defaultDataDir({ platform: 'linux', env: { XDG_DATA_HOME: 'relative' }, home })).toBe(
      join(home, '.local', 'share', 'healthsense'),
    );
    expect(defaultDataDir({ platform: 'darwin', env: {}, home })).toBe(
      join(home, 'Library', 'Application Support', 'HealthSense'),
    );
    expect(defaultDataDir({ platform: 'win32', env: { LOCALAPPDATA: 'L', APPDATA: 'roaming' }, home })).toBe(
      join('L', 'HealthSense'),
    );
  });
});

describe('Node', () => {
  const started = (version: string) =>
    spawnSync(
      process.execPath,
      ['--import', pretending(version), join(appRoot(), 'src-main/hosts/start.js'), 'cli.ts', '--help'],
      {
        encoding: 'utf8',
      },
    );

  it('below 24 is told off in one sentence with the way out', () => {
    const { status, stderr, stdout } = started('20.11.1');
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^HealthSense needs Node 24.*20\.11\.1.*npm ci.*\n$/);
  });

  it('of 24 and newer runs what was asked for', () => {
    expect(started('26.1.0')).toMatchObject({ status: 0, stdout: expect.stringContaining('Usage: healthsense') });
  });
});

describe('a console', () => {
  // Several at once would keep the few processors of a small machine, and with them a screen, waiting for milliseconds.
  it.runIf(process.platform === 'linux').each(['start', 'demo', 'healthsense'] as const)(
    'of `npm run %s` has one thread that compiles and collects behind it',
    (script) => {
      const count = `const { readdirSync, readFileSync } = require('node:fs');
        const names = readdirSync('/proc/self/task').map((id) => readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim());
        process.stdout.write(String(names.filter((name) => name === 'V8Worker').length));`;
      const { stdout } = spawnSync(process.execPath, [...nodeOptionsOf(script), '--eval', count], { encoding: 'utf8' });
      expect(stdout).toBe('1');
    },
  );
});

/** A module that makes Node claim to be another version. */
function pretending(version: string): string {
  const code = `Object.defineProperty(process.versions, 'node', { value: '${version}' });`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

describe('Electron', () => {
  const root = mkdtempSync(join(tmpdir(), 'healthsense-root-'));
  const folder = join(root, 'node_modules', 'electron');
  const withDisplay = { DISPLAY: ':0' };

  it('cannot be had without a display, or without its package', () => {
    expect(chooseElectron({ platform: 'linux', env: {}, root })).toMatchObject({
      kind: 'impossible',
      reason: expect.stringContaining('no display'),
    });
    expect(chooseElectron({ platform: 'linux', env: { DISPLAY: '' }, root })).toMatchObject({ kind: 'impossible' });
    expect(chooseElectron({ platform: 'linux', env: withDisplay, root })).toEqual({
      kind: 'impossible',
      reason: 'Electron is not installed',
    });
  });

  it('without its binary can be fetched, and with it is that binary', () => {
    mkdirSync(join(folder, 'dist'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{}');
    const fetchable = { kind: 'fetchable', installer: join(folder, 'install.js') };
    expect(chooseElectron({ platform: 'linux', env: { WAYLAND_DISPLAY: 'wayland-0' }, root })).toEqual(fetchable);
    expect(chooseElectron({ platform: 'win32', env: {}, root })).toEqual(fetchable);
    writeFileSync(join(folder, 'dist', 'electron'), '');
    expect(chooseElectron({ platform: 'linux', env: withDisplay, root })).toEqual({
      kind: 'binary',
      path: join(folder, 'dist', 'electron'),
    });
  });
});

describe('the built screens', () => {
  it('are built again when a source changed, was added or was renamed, and not when nothing did', () => {
    const root = mkdtempSync(join(tmpdir(), 'healthsense-sources-'));
    for (const folder of ['src-renderer/screens', 'src-main/contract', 'src-main/vitals'])
      mkdirSync(join(root, folder), { recursive: true });
    writeFileSync(join(root, 'package-lock.json'), '{}');
    const stamps: string[] = [];
    const change = (path: string, content: string): void => {
      writeFileSync(join(root, path), content);
      stamps.push(sourcesStamp(root));
    };
    change('src-renderer/app.tsx', 'a');
    expect(sourcesStamp(root)).toBe(stamps[0]);
    change('src-renderer/app.tsx', 'b');
    change('src-main/contract/events.ts', 'c');
    change('src-renderer/screens/ward.tsx', '');
    change('package-lock.json', '{"a":1}');
    expect(new Set(stamps).size).toBe(stamps.length);
    writeFileSync(join(root, 'src-main', 'console.ts'), 'of no concern to the screens');
    expect(sourcesStamp(root)).toBe(stamps.at(-1));
  });
});

describe('times on the command line', () => {
  it('a day is the clinic’s whole day, also where clocks change', () => {
    expect(parseMoment('2026-03-29', '--from', 'Europe/Berlin')).toBe(Date.parse('2026-03-29T00:00:00+01:00'));
    expect(parseMoment('2026-03-29', '--to', 'Europe/Berlin')).toBe(Date.parse('2026-03-30T00:00:00+02:00'));
    expect(parseMoment('2026-01-01', '--from', 'Pacific/Kiritimati')).toBe(Date.parse('2026-01-01T00:00:00+14:00'));
    expect(parseMoment('2026-01-01', '--to', 'Pacific/Pago_Pago')).toBe(Date.parse('2026-01-02T00:00:00-11:00'));
  });

  it('a time needs its offset, and a day has to exist', () => {
    expect(parseMoment('2026-03-01T08:00:00+02:00', '--from', 'UTC')).toBe(Date.UTC(2026, 2, 1, 6));
    for (const text of ['2026-03-01T08:00:00', '2026-02-30', 'yesterday', '2026-3-1', '']) {
      expect(() => parseMoment(text, '--to', 'UTC')).toThrow(UsageError);
    }
  });
});

describe('words', () => {
  it('of system errors are plain', () => {
    expect(plainWords(Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port: 4300 }))).toMatch(
      /Port 4300 is in use.*--port/,
    );
    expect(plainWords(Object.assign(new Error('x'), { code: 'EACCES', path: '/srv/r.pdf' }))).toBe(
      'No permission for /srv/r.pdf.',
    );
    expect(plainWords(Object.assign(new Error('x'), { code: 'ENOENT', path: 'r.csv' }))).toBe('r.csv does not exist.');
    expect(plainWords(new Error('just this'))).toBe('just this');
  });

  it('the browser is asked without a shell', () => {
    expect(browserCommand('http://127.0.0.1:1/#session=a&b', 'linux')).toEqual(['xdg-open', 'http://127.0.0.1:1/#session=a&b']);
    expect(browserCommand('http://x/', 'darwin')[0]).toBe('open');
    expect(browserCommand('http://x/', 'win32')).toEqual(['rundll32', 'url.dll,FileProtocolHandler', 'http://x/']);
  });
});
