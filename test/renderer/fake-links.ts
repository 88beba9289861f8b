// The fake console's radio settings and unclaimed tray: a band left on a bench, and a cuff used before anybody was bound to it.
import type { BluetoothSettings, Claim, Device, UnclaimedSpan } from '../../src-main/contract/models.ts';

/** What every device has beside its state and counts. */
export const PLAIN_LINK = {
  trust: 'proved',
  clock: 'right',
  backfill: null,
  ecg: null,
  cgmOctetOrder: 'status-first',
  backfilled: 0,
  lost: 0,
  rejections: [],
} as const satisfies Partial<Device>;

export interface FakeTray {
  list(): UnclaimedSpan[];
  claim(ask: { deviceId: string; fromMs: number; toMs: number; patientId: number | null }, patientName: string): Claim | null;
  undo(claimId: number): Claim | null;
  claims(): Claim[];
}

export function fakeTray(nowMs: number): FakeTray {
  let spans: UnclaimedSpan[] = [
    {
      deviceId: 'WEAR-09',
      deviceName: 'HealthSense Band 9',
      fromMs: nowMs - 52 * 60_000,
      toMs: nowMs - 11 * 60_000,
      count: 2_460,
      vitals: [
        { kind: 'heartRate', count: 2_460, min: 61, max: 84 },
        { kind: 'spo2', count: 2_431, min: 94, max: 98 },
      ],
    },
    {
      deviceId: 'CUFF-2',
      deviceName: 'Ward cuff',
      fromMs: nowMs - 26 * 3_600_000,
      toMs: nowMs - 26 * 3_600_000,
      count: 1,
      vitals: [
        { kind: 'systolic', count: 1, min: 148, max: 148 },
        { kind: 'diastolic', count: 1, min: 92, max: 92 },
      ],
    },
  ];
  const taken = new Map<number, UnclaimedSpan>();
  const claims: Claim[] = [];
  return {
    list: () => spans,
    claim({ deviceId, fromMs, toMs, patientId }, patientName) {
      const span = spans.find((each) => each.deviceId === deviceId && each.fromMs === fromMs && each.toMs === toMs);
      if (span === undefined) return null;
      spans = spans.filter((each) => each !== span);
      const claim: Claim = {
        claimId: claims.length + 1,
        deviceId,
        fromMs,
        toMs,
        patientId,
        patientName,
        claimedAtMs: nowMs,
        claimedBy: 'Nora Nurse',
        undoneAtMs: null,
        undoneBy: null,
      };
      taken.set(claim.claimId, span);
      claims.unshift(claim);
      return claim;
    },
    undo(claimId) {
      const index = claims.findIndex((each) => each.claimId === claimId);
      const [claim, span] = [claims[index], taken.get(claimId)];
      if (claim === undefined || span === undefined) return null;
      const undone = { ...claim, undoneAtMs: nowMs, undoneBy: 'Nora Nurse' };
      claims[index] = undone;
      taken.delete(claimId);
      spans = [span, ...spans];
      return undone;
    },
    claims: () => claims,
  };
}

export const FAKE_BLUETOOTH: BluetoothSettings = { adapter: { kind: 'system', hci: null }, bindingHours: 72 };
