// The configuration of the Raspberry Pi wearable: the example can be read, and what is wrong is named.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfiguration } from '../../firmware/raspberry-pi/configuration.ts';

const example: object = JSON.parse(
  readFileSync(new URL('../../firmware/raspberry-pi/wearable.example.json', import.meta.url), 'utf8'),
);
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'healthsense-configuration-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function read(configuration: object, token = 'a token\n') {
  writeFileSync(join(folder, 'token'), token);
  writeFileSync(join(folder, 'wearable.json'), JSON.stringify(configuration));
  return readConfiguration(join(folder, 'wearable.json'));
}

describe('configuration', () => {
  it('the example is complete, and what it leaves out has its usual value', () => {
    expect(read(example)).toMatchObject({
      deviceId: 'HEALTH01',
      token: 'a token',
      records: { keep: 1_000_000 },
      bluetooth: { adapter: { kind: 'system', hci: null } },
      mqtt: null,
      sensors: { respiration: null, cuff: { baud: 9_600 } },
    });
  });

  it('paths are relative to the file', () => {
    expect(read({ ...example, records: { file: 'records.sqlite' } }).records.file).toBe(join(folder, 'records.sqlite'));
  });

  it.each([
    [{ deviceId: 'no spaces' }, /deviceId/],
    [{ htpp: {} }, /htpp/],
    [{ name: 'Über alle Maßen gründlich benannt' }, /name/],
    [{ http: { url: 'ftp://console', everySeconds: 5 } }, /http\.url/],
    [{ sensors: { ecg: { driver: 'ad8233' } } }, /sensors\.ecg/],
    [{ bluetooth: null, http: null }, /at least one of bluetooth, http and mqtt/],
  ])('%j is refused by name', (wrong, words) => {
    expect(() => read({ ...example, ...wrong })).toThrow(words);
  });

  it('an empty token is none', () => {
    expect(() => read(example, '\n')).toThrow(/no token/);
  });
});
