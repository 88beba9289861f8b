// A sink in memory that answers as intake does: stores once, knows duplicates and conflicts, and checks what may be stored.
import { validate } from '../../src-main/intake/validate.ts';
import type { DeviceStatus, IntakeOutcome, LinkSink, Measurement } from '../../src-main/links/link.ts';

export class FakeSink implements LinkSink {
  readonly stored = new Map<string, Measurement>();
  readonly statuses: DeviceStatus[] = [];
  readonly rejectedFrames: string[] = [];
  /** Set to make the next accept fail. */
  failure: Error | null = null;
  /** The models are slow: predictions are still to come. */
  modelsAreSlow = false;

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
    const problems = validate(measurement, measurement.receivedAtMs);
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
      ...(this.modelsAreSlow && { predictionsFollow: true }),
      predictions: [
        { model: 'diabetes', version: '1.0.0', probability: 0.31, level: 'moderate', missing: [] },
        { model: 'heart', version: '1.2.0', probability: null, level: 'abstained', missing: ['cholesterolMgDl'] },
      ],
      alerts: [{ alarmId: 'a1', rule: 'spo2-low', priority: 'medium', message: 'SpO₂ below 94 %' }],
    };
  }
}
