// The self-test: everything the console depends on, looked at once on request, with what was found in plain words.
import type { BluetoothState, ModelInfo, SelfTestCheck, SelfTestReport } from '../contract/models.ts';
import type { MqttStates } from '../mqtt.ts';
import type { StorageDesk } from '../storage-desk.ts';
import type { OnProgress } from '../store/backup.ts';
import type { Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import type { EngineStatus } from '../threads/engine.ts';
import type { Maintenance } from '../threads/maintenance.ts';
import { BACKUP_MADE, BACKUP_RESTORED, backupWords } from './backups.ts';
import { by, DONE, type HandlersOf } from './handler.ts';
import { LITTLE_DISK_BYTES } from './status.ts';

export interface SelfTestParts {
  readonly reads: Pick<Remote<StoreReads>, 'lastDone' | 'audit'>;
  readonly writes: Pick<Remote<StoreWrites>, 'addAudit' | 'models'>;
  readonly maintenance: Maintenance;
  readonly desk: StorageDesk;
  readonly databasePath: string;
  readonly engine: () => EngineStatus;
  readonly freeDiskBytes: () => Promise<number | null>;
  readonly bluetooth: () => BluetoothState;
  readonly mqtt: () => MqttStates;
  readonly now: () => number;
  readonly monotonicNow: () => number;
}

const DAY_MS = 86_400_000;
const NO_DISK_BYTES = 100 * 1024 ** 2;
const SLOW_COMMIT_MS = 250;
const OLD_BACKUP_DAYS = 7;
const CLOCKS_APART_MS = 5_000;

interface Ask {
  /** How far the console's clock was ahead of the screen's when the screen asked: the checks before may take minutes. */
  readonly aheadOfScreenMs: number;
  readonly actor: string;
  readonly onProgress: OnProgress;
}

type Finding = Pick<SelfTestCheck, 'verdict' | 'detail'>;
const TITLES: { readonly [N in SelfTestCheck['name']]: string } = {
  database: 'Database',
  storing: 'Storing',
  disk: 'Disk',
  models: 'Risk models',
  bluetooth: 'Bluetooth',
  mqtt: 'MQTT',
  clock: 'Clock',
  backup: 'Last backup',
};

export function selfTestHandlers(parts: SelfTestParts): HandlersOf<'selfTest'> {
  const { reads, writes, desk, now } = parts;
  /** Both clocks at the start: they part when somebody sets the wall clock. */
  const started = { wallMs: now(), monoMs: parts.monotonicNow() };

  const checks: { readonly [N in SelfTestCheck['name']]: (ask: Ask) => Promise<Finding> } = {
    database: async ({ onProgress }) => {
      const found = await parts.maintenance.run({ kind: 'check', path: parts.databasePath }, onProgress);
      if (found.problem !== null) return { verdict: 'bad', detail: `Something is wrong: ${found.problem}. Restore a backup.` };
      const audit = found.counts.audit ?? 0;
      return {
        verdict: 'good',
        detail: `Every page, reference and audit entry is sound: ${backupWords(found)}, ${audit} audit entries.`,
      };
    },
    storing: async ({ actor }) => {
      const { state, pending, lagMs } = parts.engine();
      if (state !== 'running') return { verdict: 'bad', detail: 'The storage engine is not running: nothing can be stored.' };
      const startMs = parts.monotonicNow();
      await writes.addAudit({ actor, atMs: now(), action: 'selfTest.write', subject: 'storage', detail: 'a test entry' });
      const tookMs = Math.round(parts.monotonicNow() - startMs);
      const waiting = pending === 0 ? 'nothing waits' : `${pending} readings wait, the oldest for ${Math.round(lagMs)} ms`;
      const detail = `A test entry was committed to disk in ${tookMs} ms; ${waiting}.`;
      return { verdict: tookMs > SLOW_COMMIT_MS ? 'warning' : 'good', detail };
    },
    disk: async () => {
      const free = await parts.freeDiskBytes();
      if (free === null) return { verdict: 'warning', detail: 'How much room is left cannot be told.' };
      const detail = `${(free / 1e9).toFixed(1)} GB are free where readings are stored.`;
      return { verdict: free < NO_DISK_BYTES ? 'bad' : free < LITTLE_DISK_BYTES ? 'warning' : 'good', detail };
    },
    models: async () => {
      const models = await writes.models();
      const broken = models.filter(({ problem }) => problem !== null);
      const [first] = broken;
      if (models.length === 0) return { verdict: 'bad', detail: parts.engine().problems.join(' ') || 'No model is loaded.' };
      if (first !== undefined) return { verdict: 'bad', detail: `${first.title}: ${first.problem}` };
      return {
        verdict: 'good',
        detail: `${models.map(modelWords).join(', ')} are loaded and their files are what the manifest says.`,
      };
    },
    bluetooth: async () => {
      const { state, radio, detail } = parts.bluetooth();
      if (state === 'ready' || state === 'scanning') return { verdict: 'good', detail: `${radio || 'The adapter'} is ready.` };
      return { verdict: 'warning', detail: detail || 'Bluetooth cannot be used.' };
    },
    mqtt: async () => {
      const { broker, embeddedPort } = parts.mqtt();
      if (broker === null && embeddedPort === null)
        return { verdict: 'unused', detail: 'This console was started without MQTT.' };
      const own = embeddedPort === null ? '' : `The console's own broker listens on port ${embeddedPort}. `;
      if (broker === null) return { verdict: 'good', detail: own.trim() };
      if (broker.state !== 'connected')
        return { verdict: 'bad', detail: `${own}${broker.broker}: ${broker.detail || 'not connected'}` };
      if (broker.held !== null)
        return { verdict: 'bad', detail: `${own}${broker.broker}: messages are held back, as nothing can be stored.` };
      return { verdict: 'good', detail: `${own}${broker.broker} is connected.` };
    },
    clock: async ({ aheadOfScreenMs }) => {
      const nowMs = now();
      const setMs = nowMs - started.wallMs - (parts.monotonicNow() - started.monoMs);
      const newest = (await reads.audit({ limit: 1 }))[0]?.atMs ?? 0;
      const seconds = (ms: number): string => `${Math.round(Math.abs(ms) / 1000)} s`;
      if (newest > nowMs + CLOCKS_APART_MS) {
        return {
          verdict: 'bad',
          detail: `Entries are stored that lie ${seconds(newest - nowMs)} ahead: the clock was set back.`,
        };
      }
      if (Math.abs(aheadOfScreenMs) > CLOCKS_APART_MS) {
        const which = aheadOfScreenMs > 0 ? 'ahead of' : 'behind';
        return {
          verdict: 'warning',
          detail: `The console's clock is ${seconds(aheadOfScreenMs)} ${which} this screen's. One of the two is wrong.`,
        };
      }
      if (Math.abs(setMs) > CLOCKS_APART_MS) {
        return { verdict: 'warning', detail: `The clock was set by ${seconds(setMs)} since the console started.` };
      }
      return { verdict: 'good', detail: 'The console and this screen agree about the time, and it has run evenly.' };
    },
    backup: async () => {
      // A database that came from a backup has one.
      const known = await Promise.all([BACKUP_MADE, BACKUP_RESTORED].map((action) => reads.lastDone({ action })));
      const madeAtMs = Math.max(...known.map((atMs) => atMs ?? 0));
      if (madeAtMs === 0) return { verdict: 'warning', detail: 'No backup has ever been made of what is stored here.' };
      const days = Math.floor((now() - madeAtMs) / DAY_MS);
      const detail = days === 0 ? 'Made within the last day.' : `Made ${days} day${days === 1 ? '' : 's'} ago.`;
      return { verdict: days > OLD_BACKUP_DAYS ? 'warning' : 'good', detail };
    },
  };

  async function run({ onProgress, ...ask }: Ask): Promise<SelfTestReport> {
    const startedAtMs = now();
    const names = Object.keys(checks) as readonly SelfTestCheck['name'][];
    const done: SelfTestCheck[] = [];
    for (const [index, name] of names.entries()) {
      const title = TITLES[name];
      onProgress(title, index / names.length);
      const within: OnProgress = (step) => onProgress(`${title}: ${step.toLowerCase()}`, index / names.length);
      done.push({ name, title, ...(await checks[name]({ ...ask, onProgress: within }).catch(failed)) });
    }
    return { startedAtMs, endedAtMs: now(), checks: done };
  }

  return {
    'selfTest.run': ({ screenAtMs }, caller) => {
      const who = by(caller, now());
      const aheadOfScreenMs = who.atMs - screenAtMs;
      return desk.run('self-test', async (onProgress) => {
        const report = await run({ aheadOfScreenMs, actor: who.actor, onProgress });
        const entry = { ...who, atMs: now(), action: 'selfTest.run', subject: 'console', detail: verdictWords(report) };
        const unwritten = await writes.addAudit(entry).then(() => null, failed);
        // Where nothing can be written somebody needs the findings most.
        return unwritten === null ? report : withStoring(report, unwritten);
      });
    },
    'selfTest.speaker': async ({ heard }, caller) => {
      const detail = heard ? 'the tone was heard' : 'the tone was not heard';
      await writes.addAudit({ ...by(caller, now()), action: 'selfTest.speaker', subject: caller.origin, detail });
      return DONE;
    },
  };
}

function failed(error: unknown): Finding {
  return { verdict: 'bad', detail: error instanceof Error ? error.message : String(error) };
}

/** The report with what was found about storing, where that is worse than what the check itself has found. */
function withStoring(report: SelfTestReport, found: Finding): SelfTestReport {
  const isBetter = ({ name, verdict }: SelfTestCheck): boolean => name === 'storing' && verdict !== 'bad';
  return { ...report, checks: report.checks.map((check) => (isBetter(check) ? { ...check, ...found } : check)) };
}

function modelWords({ title, version }: ModelInfo): string {
  return `${title} ${version}`;
}

function verdictWords({ checks }: SelfTestReport): string {
  const wrong = checks.filter(({ verdict }) => verdict === 'bad' || verdict === 'warning');
  return wrong.length === 0 ? 'all well' : wrong.map(({ title, verdict }) => `${title}: ${verdict}`).join(', ');
}
