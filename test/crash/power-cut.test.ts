// Power cut while every link streams in. A killed process leaves all that it wrote with the system; a power cut leaves what was synced,
// and of the rest any sectors: what was acknowledged is there all the same, and the database is whole.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { databasePath } from '../../src-main/hosts/data-dir.ts';
import { AllLinks } from './all-links.ts';
import { cuttableDisk } from './cuttable-disk.ts';
import { expectWhole, tellSeedWhereItFails } from './lives.ts';
import { chanceFromEnvironment } from './seeded-random.ts';
import type { Serving } from './serve-process.ts';

const CUTS = 15;

const chance = chanceFromEnvironment();
const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-power-cuts-'));
const links = await AllLinks.create(dataDir, chance);
const disk = cuttableDisk(dataDir);

describe.skipIf(typeof disk === 'string')(`a power cut${typeof disk === 'string' ? ` (skipped: ${disk})` : ''}`, () => {
  let serving: Serving | undefined;

  afterAll(async () => {
    await serving?.kill().catch(() => undefined);
    links.stop();
    if (typeof disk !== 'string') disk.remove();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`met ${CUTS} times takes nothing that was acknowledged`, { timeout: 200_000 }, async () => {
    if (typeof disk === 'string') return;
    tellSeedWhereItFails(chance);
    const beforeBytes = statSync(databasePath(dataDir)).size;
    let lost = 0;
    for (let cut = 0; cut < CUTS; cut++) {
      serving = links.serve(disk.env);
      await links.killWhileStreaming(serving, chance.between(20, chance.happens(0.3) ? 2_500 : 700));
      lost += disk.cut(chance);
      expect(links.missing()).toEqual([]);
      expectWhole(dataDir);
    }
    // The log was brought into the database on the way: a cut may have met that too.
    expect(statSync(databasePath(dataDir)).size).toBeGreaterThan(beforeBytes);
    expect(links.surprises).toEqual([]);
    const { http, mqtt, bluetooth } = links.acknowledged;
    process.stdout.write(
      `after ${CUTS} power cuts, ${lost} sectors lost: ${http} readings acknowledged over HTTP, ${mqtt} MQTT, ${bluetooth} Bluetooth, each there once\n`,
    );
    for (const count of [http, mqtt, bluetooth]) expect(count).toBeGreaterThan(50);
  });
});
