// The radio, what it hears, and its settings.
import { z } from 'zod';
import { timeMs } from './fields.ts';

export const scanResult = z
  .object({
    address: z.string(),
    name: z.string(),
    rssiDbm: z.number(),
    services: z.array(z.string()).readonly(),
    /** Already one of this console's devices. */
    deviceId: z.string().nullable(),
    seenAtMs: timeMs,
    /** Why it was not taken when somebody tried last; empty: nobody has tried, or it was taken. */
    refusal: z.string(),
  })
  .readonly();
export type ScanResult = z.infer<typeof scanResult>;

export const bluetoothState = z
  .object({
    /** busy: another program holds the adapter. starting: it has not answered yet. */
    state: z.enum(['starting', 'ready', 'scanning', 'off', 'unavailable', 'unauthorized', 'busy']),
    radio: z.string(),
    /** What is wrong and what to do about it, in plain words; empty when ready. */
    detail: z.string(),
  })
  .readonly();
export type BluetoothState = z.infer<typeof bluetoothState>;

/** Which radio the console uses. `virtual` is the demo's and the tests', never offered for choice elsewhere. */
export const adapterChoice = z.discriminatedUnion('kind', [
  /** `hci`: number of the adapter on Linux; null: the first. */
  z.object({ kind: z.literal('system'), hci: z.number().int().min(0).max(15).nullable() }).strict(),
  /** A controller on a serial port that speaks HCI (H4). */
  z
    .object({
      kind: z.literal('uart'),
      port: z.string().trim().min(1).max(200),
      baud: z.number().int().min(9_600).max(4_000_000),
    })
    .strict(),
  /** A USB dongle that the console drives by itself: vendor and product number. */
  z
    .object({
      kind: z.literal('usb'),
      vendorId: z.number().int().min(1).max(0xffff),
      productId: z.number().int().min(1).max(0xffff),
    })
    .strict(),
  z.object({ kind: z.literal('virtual') }).strict(),
]);
export type AdapterChoice = z.infer<typeof adapterChoice>;

export const bluetoothSettings = z
  .object({
    adapter: adapterChoice,
    /** A binding ends by itself this long after it was made; null: only by a person or a discharge. */
    bindingHours: z
      .number()
      .int()
      .min(1)
      .max(24 * 90)
      .nullable(),
  })
  .readonly();
export type BluetoothSettings = z.infer<typeof bluetoothSettings>;

/** An adapter this computer has at present, for the choice in the settings. */
export const adapterOffer = z.object({ adapter: adapterChoice, title: z.string() }).readonly();
export type AdapterOffer = z.infer<typeof adapterOffer>;
