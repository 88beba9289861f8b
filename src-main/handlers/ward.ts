// The ward and one patient as they are now, and how the console is.
import { ConsoleError } from '../contract/errors.ts';
import type { PatientLive } from '../contract/models.ts';
import type { Remote, StoreReads } from '../store/ports.ts';
import type { Ward } from '../ward.ts';
import type { HandlersOf } from './handler.ts';
import type { StatusDesk } from './status.ts';

export interface WardHandlerParts {
  readonly reads: Remote<StoreReads>;
  readonly ward: Ward;
  readonly status: StatusDesk;
}

type Commands = HandlersOf<'ward'> & Pick<HandlersOf<'patient' | 'console'>, 'patient.live' | 'console.status'>;

export function wardHandlers({ reads, ward, status }: WardHandlerParts): Commands {
  /** Somebody who has left has a history and no current values. */
  async function discharged(patientId: number): Promise<PatientLive> {
    const patient = await reads.patient({ patientId });
    if (patient === null) throw new ConsoleError('not_found', 'There is no such patient.');
    const predictions = [...(await reads.latestPredictions({ patientId }))];
    return { patient, values: [], predictions, alarms: [], devices: [], news2: ward.news2(patientId) };
  }

  return {
    'ward.live': async () => ward.allLive(),
    'patient.live': async ({ patientId }) => ward.live(patientId) ?? discharged(patientId),
    'console.status': async () => status.status(),
  };
}
