// A console in memory for tests of hosts: real command schemas and access rules, one user, events on demand.
import { createHash } from 'node:crypto';
import type { Caller, ConsolePort } from '../../src-main/console-port.ts';
import { COMMANDS, type CommandName, type CommandResult } from '../../src-main/contract/commands.ts';
import { ConsoleError } from '../../src-main/contract/errors.ts';
import type { ConsoleEvent } from '../../src-main/contract/events.ts';
import type { User } from '../../src-main/contract/models.ts';
import { FakeSink } from '../links-http/fake-sink.ts';

export const NORA: User = { userId: 1, userName: 'nora', displayName: 'Nora Nurse', role: 'nurse', disabled: false };
export const PASSWORD = 'tulips and rain';

export class FakeConsole implements ConsolePort {
  readonly sink = new FakeSink();
  /** Every command that got as far as the console, with where it came from. */
  readonly asked: { readonly command: string; readonly origin: string }[] = [];
  readonly callers = new Set<Caller>();
  closed = false;
  /** True: every session has run out. */
  sessionsOver = false;
  readonly #listeners = new Set<(event: ConsoleEvent) => void>();

  async handle(command: string, params: unknown, caller: Caller): Promise<CommandResult<CommandName>> {
    this.asked.push({ command, origin: caller.origin });
    this.callers.add(caller);
    if (!(command in COMMANDS)) throw new ConsoleError('unknown_command');
    const definition = COMMANDS[command as CommandName];
    if (definition.access !== 'open' && caller.user === null) throw new ConsoleError('not_signed_in');
    if (definition.access === 'admin' && caller.user?.role !== 'admin') throw new ConsoleError('not_allowed');
    const checked = definition.params.safeParse(params);
    if (!checked.success) {
      const issue = checked.error.issues[0];
      throw new ConsoleError('invalid_params', issue?.message, { field: issue?.path.join('.') ?? '' });
    }
    return this.#run(command as CommandName, checked.data as Record<string, unknown>, caller);
  }

  async isSignedIn(caller: Caller): Promise<boolean> {
    if (this.sessionsOver) {
      caller.user = null;
      caller.sessionHash = null;
    }
    return caller.user !== null;
  }

  subscribe(listener: (event: ConsoleEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  awakened = 0;
  reach = '';

  reachedBy(words: string): void {
    this.reach = words;
  }

  awake(): void {
    this.awakened += 1;
  }

  /** Its events are for everybody who is signed in. */
  mayHear(): boolean {
    return true;
  }

  get listeners(): number {
    return this.#listeners.size;
  }

  tell(event: ConsoleEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  readonly door = { used: () => undefined, refused: () => undefined };

  async deviceByToken(token: string): Promise<{ readonly deviceId: string } | null> {
    return token === 'good-token' ? { deviceId: 'HEALTH01' } : null;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  #run(command: CommandName, params: Record<string, unknown>, caller: Caller): CommandResult<CommandName> {
    switch (command) {
      case 'console.info':
        return { version: '9.9.9', host: 'headless', needsFirstUser: false, demo: false, clinicName: 'Clinic', timeZone: 'UTC' };
      case 'session.signIn':
        if (params.userName !== NORA.userName || params.password !== PASSWORD) throw new ConsoleError('wrong_password');
        caller.user = NORA;
        caller.sessionHash = 'hash';
        return { user: NORA, token: 'token' };
      case 'session.signOut':
        caller.user = null;
        caller.sessionHash = null;
        return { ok: true };
      case 'reading.history': {
        const timesMs = Array.from({ length: params.maxPoints as number }, (_, index) => index);
        const values = timesMs.map((index) => (index % 7 === 0 ? null : index / 3));
        return [{ kind: 'heartRate', timesMs, mean: values, min: values, max: values, resolution: 'raw', count: timesMs.length }];
      }
      case 'observation.add':
        throw new ConsoleError('out_of_range', 'SpO₂ cannot be 920 %.', {
          field: 'entries.0.value',
          limit: '30–100 %',
          value: '920',
        });
      case 'photo.part':
        return { receivedBytes: Buffer.from(params.base64 as string, 'base64').length };
      case 'photo.assess': {
        const message = createHash('sha256')
          .update(Buffer.from(params.rgbBase64 as string, 'base64'))
          .digest('hex');
        return {
          assessmentId: 'one',
          patientId: 1,
          assessedAtMs: 0,
          outcome: { kind: 'not-assessed', message },
          run: null,
          heatMapPng: null,
        };
      }
      case 'model.list':
        throw new TypeError('undefined is not a function at /secret/path.ts');
      default:
        return [];
    }
  }
}

export const settingsChanged = (clinicName: string): ConsoleEvent => ({
  name: 'settings.changed',
  payload: { clinicName, timeZone: 'UTC', glucoseUnit: 'mg/dL', temperatureUnit: 'Cel', lostSignalAfterSeconds: 60 },
});
