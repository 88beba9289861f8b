// What differs between two states of one thing, in words for the audit.

/** `field: "old" → "new"` for each field of `after` that differs, joined by semicolons; empty when nothing does. */
export function changes<T extends object>(before: T, after: Partial<T>): string {
  const parts: string[] = [];
  for (const field of Object.keys(after) as (keyof T & string)[]) {
    if (after[field] === before[field]) continue;
    parts.push(`${field}: ${JSON.stringify(before[field])} → ${JSON.stringify(after[field])}`);
  }
  return parts.join('; ');
}
