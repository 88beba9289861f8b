// What devices say about their own values, in the words of screens and reports.

export const QUALITY_WORDS = {
  questionable: 'questionable',
  invalid: 'invalid',
  demonstration: 'demonstration data',
  sensorOff: 'sensor off',
  lowPerfusion: 'low perfusion',
  movement: 'movement',
  cuffLoose: 'cuff loose',
  irregularPulse: 'irregular pulse',
  badPosition: 'bad position',
  calibrationRequired: 'calibration required',
  sensorFault: 'sensor fault',
  clockUnset: 'device clock not set',
  clockCorrected: 'device clock wrong, time corrected',
} as const;

/** `questionable, low perfusion`; names as in CurrentValue.quality, an unknown one as it is; empty where there are none. */
export function qualityText(names: readonly string[]): string {
  const words: Readonly<Record<string, string>> = QUALITY_WORDS;
  return names.map((name) => words[name] ?? name).join(', ');
}
