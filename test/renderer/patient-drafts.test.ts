// Rules of what was typed and not stored: kept for its patient, not for long, and not for the next user.
import { beforeEach, describe, expect, it } from 'vitest';
import {
  dropDrafts,
  KEEP_DRAFTS_MS,
  type KeptDrafts,
  keepDrafts,
  stillFresh,
} from '../../src-renderer/screens/patient/entry-drafts.ts';
import { useSession } from '../../src-renderer/stores/session.ts';
import { START_MS } from './charts-data.ts';

const typed = { unit: '/min', confirmed: false, override: false };

/** What is kept, seen through the next change, which is told of it. */
function kept(patientId: number, nowMs = START_MS): KeptDrafts {
  let seen: KeptDrafts | undefined;
  keepDrafts(
    patientId,
    (before) => {
      seen = before;
      return before;
    },
    nowMs,
  );
  if (!seen) throw new Error('nothing was told');
  return seen;
}

describe('drafts', () => {
  beforeEach(() => {
    for (const patientId of [1, 2]) dropDrafts(patientId);
    keepDrafts(1, (before) => ({ ...before, drafts: { heartRate: { ...typed, text: '72' } } }), START_MS);
  });

  it('are kept for their own patient only', () => {
    expect(kept(1).drafts.heartRate?.text).toBe('72');
    expect(kept(2).drafts).toEqual({});
  });

  it('are gone once stored or cleared', () => {
    dropDrafts(1);
    expect(kept(1).drafts).toEqual({});
  });

  it('are not offered again once they are old', () => {
    const old: KeptDrafts = { drafts: { heartRate: { ...typed, text: '72' } }, note: 'x', typedAtMs: START_MS };
    expect(stillFresh(old, START_MS + KEEP_DRAFTS_MS)).toBe(old);
    expect(stillFresh(old, START_MS + KEEP_DRAFTS_MS + 1).drafts).toEqual({});
  });

  it('are not there for the next user', () => {
    useSession.setState({ user: { userId: 2, userName: 'emil', displayName: 'Emil', role: 'doctor', disabled: false } });
    expect(kept(1).drafts).toEqual({});
  });
});
