// Everything the patient screen shows of one patient: live from the ward, or asked for where the patient is not on it.
import { useEffect } from 'react';
import type { PatientLive, Settings } from '../../../src-main/contract/models.ts';
import { consoleClient } from '../../client/index.ts';
import type { VitalContext } from '../../components/describe-vital.ts';
import { useNowMs } from '../../stores/clock.ts';
import { useConnection } from '../../stores/connection.ts';
import { usePatientLive } from '../../stores/live.ts';
import { useSettings } from '../../stores/settings.ts';
import { type Asked, useAsked } from './use-asked.ts';

/** A discharged patient is not on the ward, and no events come: the picture is asked for. */
export function usePatient(patientId: number): Asked<PatientLive> {
  const live = usePatientLive(patientId);
  const asked = useAsked(`patient ${patientId}`, () => consoleClient().send('patient.live', { patientId }));
  const { again } = asked;
  useEffect(
    () =>
      consoleClient().listen('patient.changed', (patient) => {
        if (patient.patientId === patientId) again();
      }),
    [patientId, again],
  );
  return live ? { ...asked, state: 'ready', data: live, problem: '' } : asked;
}

export interface Here {
  readonly settings: Settings;
  readonly nowMs: number;
  readonly connected: boolean;
}

/** The same for those who write values: their units beside the clock. */
export function valueContext({ settings, nowMs, connected }: Here): VitalContext & { readonly timeZone: string } {
  return { nowMs, connected, units: settings, timeZone: settings.timeZone };
}

/** The clinic's settings, its clock, and whether the console can be heard. */
export function useHere(): Here {
  const settings = useSettings((state) => state.settings);
  const connected = useConnection((state) => state.connected);
  return { settings, nowMs: useNowMs(), connected };
}
