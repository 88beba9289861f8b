// The two topics of a device: where it publishes its readings and where it hears what was made of them.

const READINGS = /^healthsense\/([^/+#\0]{1,40})\/readings$/;

export function readingsTopic(deviceId: string): string {
  return `healthsense/${deviceId}/readings`;
}

export function predictionsTopic(deviceId: string): string {
  return `healthsense/${deviceId}/predictions`;
}

/** The device whose readings topic this is; null for any other topic. */
export function deviceOfTopic(topic: string): string | null {
  return READINGS.exec(topic)?.[1] ?? null;
}

/** What a console subscribes to. `group`: consoles of the same group share the messages among them. */
export function readingsFilter(group: string | null): string {
  const filter = readingsTopic('+');
  return group === null ? filter : `$share/${group}/${filter}`;
}
