// A sink in memory that answers as intake does: stores once, knows duplicates and conflicts, and checks the hard limits.
import type { DeviceStatus, FieldProblem, IntakeOutcome, LinkSink, Measurement } from '../../src-main/links/link.ts';
import { VITALS, type VitalKind } from '../../src-main/vitals/kinds.ts';

export class FakeSink implements LinkSink {
  readonly stored = new Map<string, Measurement>();
  readonly statuses: DeviceStatus[] = [];
  readonly rejectedFrames: string[] = [];
  /** Set to make the next accept fail. */
  failure: Error | null = null;

  async accept(batch: readonly Measurement[]): Promise<readonly IntakeOutcome[]> {
    if (this.failure !== null) throw this.failure;
    return batch.map((measurement) => this.#one(measurement));
  }

  deviceStatus(status: DeviceStatus): void {
    this.statuses.push(status);
  }

  frameRejected(deviceId: string, reason: string): void {
    this.rejectedFrames.push(`${deviceId}: ${reason}`);
  }

  #one(measurement: Measurement): IntakeOutcome {
    const problems = (Object.entries(measurement.values) as [VitalKind, number][]).flatMap(([kind, value]): FieldProblem[] => {
      const { hard, unitLabel, title } = VITALS[kind];
      if (value >= hard.low && value <= hard.high) return [];
      const limit = `${hard.low}–${hard.high} ${unitLabel}`;
      return [{ code: 'out_of_range', field: kind, limit, value, message: `${title} is outside what is possible.` }];
    });
    if (problems.length > 0) return { status: 'rejected', problems };
    const readingId = `${measurement.deviceId}:${measurement.takenAtMs}:${measurement.sequence}`;
    const known = this.stored.get(readingId);
    if (known !== undefined && JSON.stringify(known.values) !== JSON.stringify(measurement.values)) {
      const message = 'Another value is stored under this identity.';
      return { status: 'conflict', problems: [{ code: 'conflict', field: 'systolic', message }] };
    }
    this.stored.set(readingId, measurement);
    return {
      status: known === undefined ? 'stored' : 'duplicate',
      readingId,
      predictions: [
        { model: 'diabetes', version: '1.0.0', probability: 0.31, level: 'moderate', missing: [] },
        { model: 'heart', version: '1.2.0', probability: null, level: 'abstained', missing: ['cholesterolMgDl'] },
      ],
      alerts: [{ alarmId: 'a1', rule: 'spo2-low', priority: 'medium', message: 'SpO₂ below 94 %' }],
    };
  }
}
