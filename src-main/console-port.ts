// The console as its hosts see it: commands in, events out, links' sink, and a clean end.
import type { CommandName, CommandResult } from './contract/commands.ts';
import type { ConsoleEvent } from './contract/events.ts';
import type { User } from './contract/models.ts';
import type { LinkSink } from './links/link.ts';
import type { DoorWatch } from './links/payload/token-gate.ts';

/** Who is at the other end of a bridge. A host keeps one per window or socket; `handle` signs it in and out. */
export interface Caller {
  user: User | null;
  /** Hash of the session token, for sign-out. */
  sessionHash: string | null;
  /** Where from, for the audit: `desktop`, or the remote address. */
  readonly origin: string;
}

export interface ConsolePort {
  /**
   * Checks sign-in and parameters, runs the command, checks the result.
   * @throws ConsoleError with a stable code; anything else is logged and becomes `internal`.
   */
  handle(command: string, params: unknown, caller: Caller): Promise<CommandResult<CommandName>>;
  /**
   * Whether the caller's session still holds; signs the caller out where it has run out, was ended or its user was disabled.
   * Bridges ask now and then, as a screen that only listens sends no command that would find out. Rejects where it cannot be told.
   */
  isSignedIn(caller: Caller): Promise<boolean>;
  subscribe(listener: (event: ConsoleEvent) => void): () => void;
  /** Whether this caller's screen is to be told the event: what it has to ask for (an ECG) goes to nobody else. */
  mayHear(caller: Caller, event: ConsoleEvent): boolean;
  /** The computer has slept: links that went silent meanwhile are looked at now. */
  awake(): void;
  /** The host serves it now: who can reach it, in words for whoever answers for it. */
  reachedBy(words: string): void;
  /** For links that hosts mount (HTTP). */
  readonly sink: LinkSink;
  /** Device token check for HTTP and MQTT: the device id it belongs to, or null. */
  deviceByToken(token: string): Promise<{ readonly deviceId: string } | null>;
  /** Told of tokens that were used and refused. */
  readonly door: DoorWatch;
  close(): Promise<void>;
}
