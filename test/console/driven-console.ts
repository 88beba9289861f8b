// The real console of a throw-away data directory, driven as a host drives it: what it answers and announces is held against the contract.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createSimulatedWearable, type SimulatedWearable } from '../../firmware/raspberry-pi/index.ts';
import { openConsole } from '../../src-main/console.ts';
import type { Caller, ConsolePort } from '../../src-main/console-port.ts';
import { COMMANDS, type CommandInput, type CommandName, type CommandResult } from '../../src-main/contract/commands.ts';
import { ConsoleError, type ErrorDetail } from '../../src-main/contract/errors.ts';
import { type ConsoleEvent, EVENTS, type EventName, type EventPayload } from '../../src-main/contract/events.ts';
import { VirtualRadio } from '../../src-main/links/bluetooth/virtual-radio.ts';
import type { IntakeOutcome, Measurement } from '../../src-main/links/link.ts';

export const PASSWORD = 'tulips and rain';
const WEARABLES = 2;

export interface DrivenConsole {
  readonly port: ConsolePort;
  /** Commands that were answered with a result, at least once. */
  readonly answered: ReadonlySet<CommandName>;
  /** Everything it announced so far, oldest first. */
  readonly events: readonly ConsoleEvent[];
  /** What about its events is not as the contract says. */
  readonly wrongEvents: readonly string[];
  send<N extends CommandName>(who: Caller, command: N, params: CommandInput<N>): Promise<CommandResult<N>>;
  /** The coded error a command is refused with. @throws where it is not refused, or without a code */
  refusal(who: Caller, command: string, params: unknown): Promise<ErrorDetail>;
  /** Payloads of one event, oldest first. */
  heard<N extends EventName>(name: N): readonly EventPayload<N>[];
  /** What a network device sent, as its link hands it over. */
  reading(deviceId: string, takenAtMs: number, values: Measurement['values']): Promise<IntakeOutcome>;
  close(): Promise<void>;
}

/** Somebody at a screen who has not signed in. */
export function caller(origin: string): Caller {
  return { user: null, sessionHash: null, origin };
}

export function wearableName(index: number): string {
  return `HealthSense Band ${index + 1}`;
}

export async function openDrivenConsole(): Promise<DrivenConsole> {
  const dataDir = mkdtempSync(join(tmpdir(), 'healthsense-contract-'));
  const radio = new VirtualRadio({ advertiseEveryMs: 50, connectMs: 5 });
  const wearables = Array.from({ length: WEARABLES }, (_, index) => wearable(index));
  for (const each of wearables) {
    radio.add(each.peripheral);
    each.start();
  }
  const port = await openConsole({
    dataDir,
    host: 'headless',
    links: true,
    radio: { kind: 'virtual', bindings: radio },
    checkResults: true,
  });
  const answered = new Set<CommandName>();
  const events: ConsoleEvent[] = [];
  const wrongEvents: string[] = [];
  port.subscribe((event) => {
    events.push(event);
    const wrong = wrongWith(event);
    if (wrong !== null) wrongEvents.push(wrong);
  });
  return {
    port,
    answered,
    events,
    wrongEvents,
    send: async (who, command, params) => {
      const result = (await port.handle(command, params, who)) as CommandResult<typeof command>;
      expect(COMMANDS[command].result.parse(result)).toEqual(result);
      answered.add(command);
      return result;
    },
    refusal: async (who, command, params) => {
      const outcome = await port.handle(command, params, who).catch((error: unknown) => error);
      if (outcome instanceof ConsoleError) return outcome.detail;
      throw new Error(`${command} was not refused: ${JSON.stringify(outcome)}`);
    },
    heard: (name) => events.flatMap((event) => (event.name === name ? [event.payload as EventPayload<typeof name>] : [])),
    reading: async (deviceId, takenAtMs, values) => {
      const receivedAtMs = Date.now();
      const origin = receivedAtMs - takenAtMs <= 5 * 60_000 ? 'live' : 'backfill';
      const measurement = { deviceId, takenAtMs, receivedAtMs, sequence: 0, origin, values, specials: {}, quality: 0 } as const;
      const [outcome] = await port.sink.accept([measurement]);
      if (outcome === undefined) throw new Error('one measurement, no outcome');
      return outcome;
    },
    close: async () => {
      for (const each of wearables) each.stop();
      await port.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function wearable(index: number): SimulatedWearable {
  return createSimulatedWearable({
    serial: `HSTEST0${index + 1}`,
    name: wearableName(index),
    address: `c0:de:00:00:01:0${index + 1}`,
    profile: index === 0 ? 'diabetic' : 'healthy',
    seed: index + 1,
    dropOutsPerHour: 0,
    tickMs: 250,
  });
}

/** Known by name, every field as its schema says, and no field the contract does not know. */
function wrongWith(event: ConsoleEvent): string | null {
  if (!Object.hasOwn(EVENTS, event.name)) return `${event.name} is no event of the contract`;
  const parsed = EVENTS[event.name].safeParse(event.payload);
  if (!parsed.success) return `${event.name}: ${parsed.error.message}`;
  try {
    expect(parsed.data).toEqual(event.payload);
    return null;
  } catch {
    return `${event.name} carries more than the contract says: ${JSON.stringify(event.payload)}`;
  }
}
