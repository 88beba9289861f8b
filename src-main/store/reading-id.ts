// A reading's identity as one opaque string: source, device time and sequence number, each in base 36.

export interface ReadingIdentity {
  readonly sourceId: number;
  readonly takenAtMs: number;
  readonly sequence: number;
}

export function readingId(sourceId: number, takenAtMs: number, sequence: number): string {
  return `r${sourceId.toString(36)}-${takenAtMs.toString(36)}-${sequence.toString(36)}`;
}

/** Null for anything `readingId` did not make. */
export function parseReadingId(id: string): ReadingIdentity | null {
  const match = /^r([0-9a-z]+)-(-?[0-9a-z]+)-([0-9a-z]+)$/.exec(id);
  if (match === null) return null;
  const [sourceId, takenAtMs, sequence] = [match[1], match[2], match[3]].map((part) => Number.parseInt(part ?? '', 36));
  if (sourceId === undefined || takenAtMs === undefined || sequence === undefined) return null;
  return { sourceId, takenAtMs, sequence };
}
