// What a benchmarked wearable sends: healthy values that differ from one reading to the next and raise no alarm.

export interface SentReading {
  readonly device_id: string;
  readonly timestamp: string;
  readonly glucose: number;
  readonly bp_systolic: number;
  readonly bp_diastolic: number;
  readonly spo2: number;
  readonly heart_rate: number;
}

export function reading(deviceId: string, takenAtMs: number, n: number): SentReading {
  return {
    device_id: deviceId,
    timestamp: new Date(takenAtMs).toISOString(),
    glucose: 92 + (n % 13),
    bp_systolic: 114 + (n % 9),
    bp_diastolic: 72 + (n % 7),
    spo2: 96 + (n % 4),
    heart_rate: 64 + (n % 17),
  };
}

/** The same as a stored measurement. */
export function vitalsOf(n: number) {
  const { glucose, bp_systolic: systolic, bp_diastolic: diastolic, spo2, heart_rate: heartRate } = reading('', 0, n);
  return { glucose, systolic, diastolic, spo2, heartRate };
}
