// Who may use the console, and what they did.
import { z } from 'zod';
import { id, timeMs } from './fields.ts';

export const role = z.enum(['nurse', 'doctor', 'admin']);
export type Role = z.infer<typeof role>;

export const user = z
  .object({ userId: id, userName: z.string(), displayName: z.string(), role, disabled: z.boolean() })
  .readonly();
export type User = z.infer<typeof user>;

export const auditEntry = z
  .object({
    auditId: id,
    atMs: timeMs,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.string(),
  })
  .readonly();
export type AuditEntry = z.infer<typeof auditEntry>;
