// Says in one sentence when the Node that runs this is the wrong one; imports nothing, so that it always gets to say it.

/** Null when the version will do. better-sqlite3's binary crashes Node 20 without a word, so this is checked first. */
export function nodeVersionProblem(version: string): string | null {
  const major = Number(/^v?(\d+)\./.exec(version)?.[1]);
  if (major >= 24) return null;
  return `HealthSense needs Node 24 or newer, and this is ${version}. Start it through npm (npm start), which brings its own.`;
}
