// An ECG strip in words: what is to be seen of it, for those who look and for those who are read to.
import type { CurrentValue } from '../../../src-main/contract/models.ts';
import { ageWords } from '../../stores/freshness.ts';
import type { EcgState } from './use-ecg.ts';

/** What is wrong with the signal and what to do; empty while it is well. */
export function ecgProblem({ signal, saturated, problem }: EcgState, deviceName: string): string {
  if (problem !== '') return problem;
  switch (signal) {
    case 'waiting':
      return `Waiting for the ECG of ${deviceName}.`;
    case 'silent':
      return 'No ECG is coming in. The strip stands still.';
    case 'lead-off':
      return 'Lead off: an electrode has no contact. Check the electrodes and their cable.';
    case 'live':
      return saturated ? 'The signal is larger than the wearable can measure: it is cut off at top or bottom.' : '';
  }
}

/** `72 /min, 3 s ago`, or that there is none. */
function rateWords(value: CurrentValue | undefined, nowMs: number): string {
  if (value === undefined || value.value === null) return 'not known';
  return `${Math.round(value.value)} /min, ${ageWords(nowMs - value.takenAtMs)} ago`;
}

export interface EcgDescription {
  readonly ecg: EcgState;
  readonly deviceName: string;
  readonly heartRate: CurrentValue | undefined;
  readonly pulseRate: CurrentValue | undefined;
  readonly paused: boolean;
  readonly nowMs: number;
}

export function ecgDescription({ ecg, deviceName, heartRate, pulseRate, paused, nowMs }: EcgDescription): string {
  return [
    `Live ECG${ecg.lead === '' ? '' : `, lead ${ecg.lead}`}, 25 mm per second, 10 mm per millivolt${paused ? ', paused' : ''}`,
    ecgProblem(ecg, deviceName) || 'Signal present',
    `Heart rate ${rateWords(heartRate, nowMs)}`,
    `Pulse rate ${rateWords(pulseRate, nowMs)}`,
  ]
    .map((part) => part.replace(/[.]$/, ''))
    .join('. ');
}
