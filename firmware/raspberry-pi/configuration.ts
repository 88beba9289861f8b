// What a wearable is told at start: one JSON file, checked whole before anything is opened.
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { PATIENT_PROFILES } from './patient-profiles.ts';

const LONGEST_NAME = 29;
const seconds = z.number().min(1).max(86_400);
const simulated = z.strictObject({ driver: z.literal('simulated') });

const schema = z.strictObject({
  /** Serial number and device id: as the console was told with `device add`. */
  deviceId: z.string().regex(/^[A-Za-z0-9._-]{1,40}$/),
  /** What people see when they scan. */
  name: z
    .string()
    .min(1)
    .refine(
      (name) => Buffer.byteLength(name) <= LONGEST_NAME,
      `longer than ${LONGEST_NAME} octets, which is all an advertisement holds`,
    ),
  /** File with the device token, relative to this one; only its owner should read it. */
  tokenFile: z.string(),
  records: z.strictObject({
    /** SQLite, relative to this file. */
    file: z.string(),
    keep: z.int().min(1_000).max(100_000_000).default(1_000_000),
  }),
  bluetooth: z
    .strictObject({
      adapter: z.discriminatedUnion('kind', [
        z.strictObject({ kind: z.literal('system'), hci: z.int().min(0).max(15).nullable().default(null) }),
        z.strictObject({
          kind: z.literal('uart'),
          port: z.string(),
          baud: z.int().min(9_600).max(4_000_000).default(1_000_000),
        }),
      ]),
    })
    .nullable(),
  http: z
    .strictObject({ url: z.url({ protocol: /^https?$/ }), everySeconds: seconds })
    .nullable()
    .default(null),
  mqtt: z
    .strictObject({ broker: z.url({ protocol: /^(mqtts?|wss?)$/ }), everySeconds: seconds })
    .nullable()
    .default(null),
  /** Null or left out: not fitted. */
  sensors: z.strictObject({
    oximeter: z
      .discriminatedUnion('driver', [simulated, z.strictObject({ driver: z.literal('max30102') })])
      .nullable()
      .default(null),
    /** Gives the heart rate too. */
    ecg: z
      .discriminatedUnion('driver', [
        simulated,
        z.strictObject({
          driver: z.literal('ad8232'),
          trigger: z.string().default('ecg'),
          leadOffFiles: z.array(z.string()).default([]),
        }),
      ])
      .nullable()
      .default(null),
    cuff: z
      .discriminatedUnion('driver', [
        simulated,
        z.strictObject({ driver: z.literal('serial'), port: z.string(), baud: z.int().default(9_600) }),
      ])
      .nullable()
      .default(null),
    glucose: z
      .discriminatedUnion('driver', [
        simulated,
        z.strictObject({ driver: z.literal('feed'), url: z.url({ protocol: /^https?$/ }) }),
      ])
      .nullable()
      .default(null),
    respiration: simulated.nullable().default(null),
    battery: z
      .discriminatedUnion('driver', [simulated, z.strictObject({ driver: z.literal('power-supply'), name: z.string() })])
      .nullable()
      .default(null),
  }),
  /** The body under simulated sensors. */
  simulation: z
    .strictObject({ profile: z.enum(PATIENT_PROFILES).default('healthy'), seed: z.int().default(1) })
    .default({ profile: 'healthy', seed: 1 }),
});

export type SensorChoice = z.infer<typeof schema>['sensors'];

export interface Configuration extends Omit<z.infer<typeof schema>, 'tokenFile'> {
  readonly token: string;
}

/** @throws Error in plain words that name the file and the field. */
export function readConfiguration(file: string): Configuration {
  const folder = dirname(resolve(file));
  const parsed = schema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success) throw new Error(`${file}: ${z.prettifyError(parsed.error)}`);
  const { tokenFile, records, ...rest } = parsed.data;
  const token = readFileSync(resolve(folder, tokenFile), 'utf8').trim();
  if (token === '') throw new Error(`${resolve(folder, tokenFile)} holds no token.`);
  if (rest.bluetooth === null && rest.http === null && rest.mqtt === null)
    throw new Error(`${file}: at least one of bluetooth, http and mqtt must be set, or nobody would ever hear of a reading.`);
  return { ...rest, token, records: { ...records, file: resolve(folder, records.file) } };
}
