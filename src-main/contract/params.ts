// What a parameter of a command may look like where a person types it: names, notes, ids and file names.
import { z } from 'zod';
import { id, timeMs } from './models/fields.ts';
import { sex } from './models.ts';

export const none = z.object({}).strict();
export const patientRef = z.object({ patientId: id }).strict();
export const period = { fromMs: timeMs, toMs: timeMs };
/** Control characters, and those that turn the text around them: they could make one name look like another. */
const UNSEEN = String.raw`\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069`;
/** One line, as names are. */
export const text = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(
      new RegExp(`^[^${UNSEEN}]*$`, 'u'),
      'Line breaks, control characters and marks that turn text around cannot be used here',
    );
/** Of several lines. */
export const lines = (max: number) =>
  z
    .string()
    .trim()
    .max(max)
    .regex(
      new RegExp(`^(?:[^${UNSEEN}]|[\\r\\n\\t])*$`, 'u'),
      'Control characters and marks that turn text around cannot be used here',
    );
/** Of at most so many bytes. */
export const base64 = (maxBytes: number) => z.base64().max(4 * Math.ceil(maxBytes / 3));
export const ruleChange = z
  .object({
    ruleId: z.string().max(80),
    patientId: id.nullable(),
    limit: z.number(),
    consecutive: z.number().int().min(1).max(20),
    enabled: z.boolean(),
  })
  .strict();
export const newDeviceId = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,40}$/, 'A device id is 1 to 40 letters, digits, dots, underscores and hyphens');
export const backupName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,120}\.db$/);
export const patientFields = {
  mrn: text(40).min(1),
  name: text(120).min(1),
  birthDate: z.iso.date('A day as 1960-05-01 is needed'),
  sex,
  location: text(60).default(''),
  note: lines(2000).default(''),
};
