// What has been typed for a patient and not yet stored: looking at another tab or screen must not lose it.
import { create } from 'zustand';
import { useSession } from '../../stores/session.ts';
import type { EntryDrafts } from './entry-form.ts';

export interface KeptDrafts {
  readonly drafts: EntryDrafts;
  readonly note: string;
  /** When something was last typed, console time. */
  readonly typedAtMs: number;
}

/** Older than this, what was typed is no longer what is measured, and is not offered again. */
export const KEEP_DRAFTS_MS = 30 * 60_000;

const NOTHING: KeptDrafts = { drafts: {}, note: '', typedAtMs: 0 };

const useDrafts = create<{ readonly byPatient: ReadonlyMap<number, KeptDrafts> }>(() => ({ byPatient: new Map() }));

// What one person typed is not there for the next to store under their own name.
useSession.subscribe((state, before) => {
  if (state.user?.userId !== before.user?.userId) useDrafts.setState({ byPatient: new Map() });
});

export function keepDrafts(
  patientId: number,
  change: (before: KeptDrafts) => Omit<KeptDrafts, 'typedAtMs'>,
  nowMs: number,
): void {
  useDrafts.setState(({ byPatient }) => {
    const next = { ...change(stillFresh(byPatient.get(patientId), nowMs)), typedAtMs: nowMs };
    return { byPatient: new Map(byPatient).set(patientId, next) };
  });
}

export function dropDrafts(patientId: number): void {
  useDrafts.setState(({ byPatient }) => {
    const without = new Map(byPatient);
    without.delete(patientId);
    return { byPatient: without };
  });
}

export function useKeptDrafts(patientId: number, nowMs: number): KeptDrafts {
  return stillFresh(
    useDrafts((state) => state.byPatient.get(patientId)),
    nowMs,
  );
}

export const stillFresh = (kept: KeptDrafts | undefined, nowMs: number): KeptDrafts =>
  kept && nowMs - kept.typedAtMs <= KEEP_DRAFTS_MS ? kept : NOTHING;
