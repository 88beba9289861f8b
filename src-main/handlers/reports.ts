// Reports on request: made in the query worker, handed over whole.
import type { Alarms } from '../alarms/alarms.ts';
import { ConsoleError } from '../contract/errors.ts';
import type { Remote, StoreWrites } from '../store/ports.ts';
import type { Query } from '../threads/query.ts';
import { by, type HandlersOf, signedInUser } from './handler.ts';

export interface ReportParts {
  readonly query: Query;
  readonly writes: Remote<StoreWrites>;
  readonly alarms: Alarms;
  readonly now: () => number;
}

export function reportHandlers({ query, writes, alarms, now }: ReportParts): HandlersOf<'report'> {
  return {
    'report.create': async ({ patientId, fromMs, toMs: askedToMs, format }, caller) => {
      const toMs = askedToMs ?? now();
      if (toMs <= fromMs) throw new ConsoleError('invalid_params', 'The period must end after it begins.', { field: 'toMs' });
      const made = await query.report({
        patientId,
        fromMs,
        toMs,
        format,
        modelInfo: await writes.models(),
        generatedAtMs: now(),
        generatedBy: signedInUser(caller).displayName,
        thresholds: alarms.rules(patientId),
      });
      const period = `${new Date(fromMs).toISOString()} – ${new Date(toMs).toISOString()}`;
      await writes.addAudit({
        ...by(caller, now()),
        action: `report.${format}`,
        subject: `patient ${patientId}`,
        detail: period,
      });
      return { fileName: made.fileName, mediaType: made.mediaType, base64: Buffer.from(made.bytes).toString('base64') };
    },
  };
}
