// The console itself: what it is, how it is, and its settings.
import { z } from 'zod';
import { bluetoothState } from './bluetooth.ts';
import { timeMs } from './fields.ts';

export const settings = z
  .object({
    clinicName: z.string().max(120),
    /** IANA name; days on reports are days here. */
    timeZone: z.string(),
    glucoseUnit: z.enum(['mg/dL', 'mmol/L']),
    temperatureUnit: z.enum(['Cel', '[degF]']),
    lostSignalAfterSeconds: z.number().int().min(15).max(3600),
  })
  .readonly();
export type Settings = z.infer<typeof settings>;

export const consoleStatus = z
  .object({
    nowMs: timeMs,
    engine: z.enum(['running', 'restarting', 'failed']),
    engineLagMs: z.number(),
    /** Readings that are stored and wait for a risk prediction. */
    predictionsPending: z.number().int(),
    /** How long the oldest of them has waited; 0 when there is none. */
    predictionsLagMs: z.number(),
    /** Readings that never got one, as too many waited, since the engine started. */
    predictionsGivenUp: z.number().int(),
    storedReadings: z.number().int(),
    databaseBytes: z.number().int(),
    freeDiskBytes: z.number().int().nullable(),
    bluetooth: bluetoothState,
    /** Who can reach the console and over what, in plain words; empty or left out where its host has not said. */
    reach: z.string().optional(),
    /** Plain words; empty when all is well. */
    problems: z.array(z.string()).readonly(),
  })
  .readonly();
export type ConsoleStatus = z.infer<typeof consoleStatus>;

export const consoleInfo = z
  .object({
    version: z.string(),
    host: z.enum(['desktop', 'headless']),
    /** True until the first user exists: the screen then offers set-up instead of sign-in. */
    needsFirstUser: z.boolean(),
    demo: z.boolean(),
    clinicName: z.string(),
    timeZone: z.string(),
  })
  .readonly();
export type ConsoleInfo = z.infer<typeof consoleInfo>;
