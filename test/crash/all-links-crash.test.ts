// Killed fifty times at random instants while single posts, arrays, MQTT and Bluetooth stream in: after every restart each
// acknowledged reading is there once, and the database is whole.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AllLinks } from './all-links.ts';
import { expectWhole, killWhileStarting, tellSeedWhereItFails } from './lives.ts';
import { chanceFromEnvironment } from './seeded-random.ts';
import type { Serving } from './serve-process.ts';

const KILLS = 50;
/** As many of them hit the start, which brings the write-ahead log in. */
const WHILE_STARTING = 0.15;

const chance = chanceFromEnvironment();
const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-kills-'));

describe('a console with every link', () => {
  let links: AllLinks;
  let serving: Serving | undefined;

  beforeAll(async () => {
    links = await AllLinks.create(dataDir, chance);
  });

  afterAll(async () => {
    await serving?.kill().catch(() => undefined);
    links.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it(`killed ${KILLS} times has lost nothing it had acknowledged and stored nothing twice`, { timeout: 400_000 }, async () => {
    tellSeedWhereItFails(chance);
    for (let kill = 0; kill < KILLS; kill++) {
      serving = links.serve();
      if (kill > 0 && chance.happens(WHILE_STARTING)) {
        await killWhileStarting(serving, chance.between(50, 800));
        continue;
      }
      await serving.ready;
      expectWhole(dataDir);
      expect(links.missing()).toEqual([]);
      await links.killWhileStreaming(serving, chance.between(20, chance.happens(0.3) ? 2_500 : 700));
    }
    expect(links.missing()).toEqual([]);
    expectWhole(dataDir);
    expect(links.surprises).toEqual([]);
    const { http, mqtt, bluetooth } = links.acknowledged;
    process.stdout.write(
      `after ${KILLS} kills: ${http} readings acknowledged over HTTP, ${mqtt} MQTT, ${bluetooth} Bluetooth, each there once\n`,
    );
    for (const count of [http, mqtt, bluetooth]) expect(count).toBeGreaterThan(100);
  });
});
