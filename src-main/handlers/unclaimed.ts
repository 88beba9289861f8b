// The unclaimed tray: readings of devices that nobody was bound to, claimed for a patient or set aside, and back again.
import type { ConsoleEvent } from '../contract/events.ts';
import type { Claim } from '../contract/models.ts';
import type { Intake } from '../intake/intake.ts';
import type { ClaimChange, Remote, StoreReads, StoreWrites } from '../store/ports.ts';
import { by, type HandlersOf } from './handler.ts';

export interface UnclaimedParts {
  readonly reads: Remote<StoreReads>;
  readonly writes: Remote<StoreWrites>;
  readonly intake: Intake;
  readonly tray: UnclaimedTray;
  readonly emit: (event: ConsoleEvent) => void;
  readonly now: () => number;
}

const TELL_EVERY_MS = 10_000;

/** Gathers which devices have news for the tray, so that a device nobody wears does not tell with every reading. */
export class UnclaimedTray {
  readonly #emit: (event: ConsoleEvent) => void;
  readonly #waiting = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(emit: (event: ConsoleEvent) => void) {
    this.#emit = emit;
  }

  changed(deviceId: string, atOnce = false): void {
    this.#waiting.add(deviceId);
    if (atOnce) this.#tell();
    else if (this.#timer === null) {
      this.#timer = setTimeout(() => this.#tell(), TELL_EVERY_MS);
      this.#timer.unref();
    }
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  #tell(): void {
    this.close();
    this.#timer = null;
    const deviceIds = [...this.#waiting];
    this.#waiting.clear();
    this.#emit({ name: 'unclaimed.changed', payload: { deviceIds } });
  }
}

export function unclaimedHandlers({ reads, writes, intake, tray, emit, now }: UnclaimedParts): HandlersOf<'unclaimed'> {
  function changed({ claim, binding }: ClaimChange): Claim {
    if (binding !== null) intake.rebound(binding);
    if (claim.patientId !== null) emit({ name: 'history.changed', payload: { patientId: claim.patientId } });
    tray.changed(claim.deviceId, true);
    return claim;
  }

  return {
    'unclaimed.list': async () => [...(await reads.unclaimed({ nowMs: now() }))],
    'unclaimed.claim': async (ask, caller) => changed(await writes.claim({ ...by(caller, now()), ...ask })),
    'unclaimed.undo': async ({ claimId }, caller) => changed(await writes.undoClaim({ ...by(caller, now()), claimId })),
    'unclaimed.claims': async (ask) => [...(await reads.claims(ask))],
  };
}
