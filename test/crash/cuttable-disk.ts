// The files of a database as a power cut leaves them: what was synced is there, of what was written since any part may be.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { databasePath } from '../../src-main/hosts/data-dir.ts';
import { interposer } from '../interposer.ts';
import type { Chance } from './seeded-random.ts';

/** A disk writes each of them whole or not at all. */
const SECTOR_BYTES = 512;

export interface CuttableDisk {
  /** Of a process whose syncs count. */
  readonly env: Readonly<Record<string, string>>;
  /** Call when the process is gone: its files are now what the disk had. @returns how many sectors written since the last sync are lost. */
  cut(chance: Chance): number;
  remove(): void;
}

/** Of the database in `dataDir`, which nobody has open now; or in words why there can be none here. */
export function cuttableDisk(dataDir: string): CuttableDisk | string {
  const folder = mkdtempSync(join(tmpdir(), 'healthsense-power-'));
  const compiled = interposer(new URL('./power-cut.c', import.meta.url), folder);
  if (typeof compiled === 'string') {
    rmSync(folder, { recursive: true });
    return compiled;
  }
  const database = databasePath(dataDir);
  const files = [database, `${database}-wal`].map((written) => ({ written, synced: join(folder, basename(written)) }));
  for (const { written, synced } of files) if (existsSync(written)) copyFileSync(written, synced);
  return {
    env: { LD_PRELOAD: compiled.library, POWER_CUT_KEEPS: folder },
    cut(chance) {
      let lost = 0;
      for (const { written, synced } of files) {
        const [now, sure] = [bytesOf(written), bytesOf(synced)];
        const left = Buffer.alloc(chance.happens(0.5) ? now.length : sure.length);
        for (let at = 0; at < left.length; at += SECTOR_BYTES) {
          const [newer, older] = [now, sure].map((bytes) => bytes.subarray(at, at + SECTOR_BYTES));
          if (newer === undefined || older === undefined || newer.equals(older)) {
            newer?.copy(left, at);
          } else if (chance.happens(0.5)) {
            newer.copy(left, at);
          } else {
            older.copy(left, at);
            lost++;
          }
        }
        writeFileSync(written, left);
        copyFileSync(written, synced);
      }
      // Memory shared by those that have it open: no disk has it.
      rmSync(`${database}-shm`, { force: true });
      return lost;
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function bytesOf(path: string): Buffer {
  return existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
}
