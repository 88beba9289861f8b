// The fake console's radio settings and unclaimed tray: a band left on a bench, and a cuff used before anybody was bound to it.
import type { ConsoleEvent } from '../../src-main/contract/events.ts';
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
      isDoubtful: false,
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
      isDoubtful: true,
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

const ECG_HZ = 250;
const ECG_EVERY_MS = 200;

/** Counts of one microvolt: a beat every 0.8 s, drawn by a few bumps. */
function ecgCount(sampleIndex: number): number {
  const seconds = (sampleIndex / ECG_HZ) % 0.8;
  const bump = (at: number, width: number, height: number): number => height * Math.exp(-(((seconds - at) / width) ** 2));
  return Math.round(
    bump(0.16, 0.025, 120) - bump(0.27, 0.01, 110) + bump(0.29, 0.011, 1_100) - bump(0.32, 0.012, 220) + bump(0.5, 0.05, 280),
  );
}

/** Frames of one device while somebody watches its patient; `leadOff` is asked anew for each. */
export function fakeEcg(emit: (event: ConsoleEvent) => void, leadOff: () => boolean) {
  const timers = new Map<number, NodeJS.Timeout>();
  let sampleIndex = 0;
  const stop = (patientId: number): void => {
    clearInterval(timers.get(patientId));
    timers.delete(patientId);
  };
  return {
    watch(patientId: number, deviceId: string): void {
      stop(patientId);
      const perFrame = (ECG_HZ * ECG_EVERY_MS) / 1000;
      const timer = setInterval(() => {
        const samples = Array.from({ length: perFrame }, (_, index) => ecgCount(sampleIndex + index));
        const about = { patientId, deviceId, sampleIndex, sampleRateHz: ECG_HZ, lead: 'II', nanovoltPerCount: 1_000 } as const;
        const now = { leadOff: leadOff(), saturated: false, missingBefore: 0, receivedAtMs: Date.now() };
        emit({ name: 'ecg.frame', payload: { ...about, ...now, samples } });
        sampleIndex += perFrame;
      }, ECG_EVERY_MS);
      timer.unref();
      timers.set(patientId, timer);
    },
    stop,
  };
}
