// The people of the demo: invented, with what a ward would have written down of them.
import type { PatientProfileName } from '../../firmware/raspberry-pi/index.ts';
import type { CommandInput } from '../contract/commands.ts';
import type { ObservationKind } from '../vitals/inputs.ts';

type NewPatient = CommandInput<'patient.add'>;

export interface DemoPatient extends NewPatient {
  readonly profile: PatientProfileName;
  /** Canonical units. */
  readonly observations: Partial<Readonly<Record<ObservationKind, number>>>;
}

export const DEMO_PATIENTS: readonly DemoPatient[] = [
  {
    mrn: '1001',
    name: 'Ada Example',
    birthDate: '1960-05-01',
    sex: 'female',
    location: 'A1',
    note: 'Type 2 diabetes.',
    profile: 'diabetic',
    observations: {
      heightCm: 164,
      weightKg: 83.5,
      glucoseOgttMgDl: 186,
      pregnancies: 2,
      temperature: 36.7,
      consciousness: 0,
      supplementalOxygen: 0,
      chestPainType: 4,
      cholesterolMgDl: 224,
    },
  },
  {
    mrn: '1002',
    name: 'Bartholomew Featherstonehaugh-Montgomery',
    birthDate: '1947-11-30',
    sex: 'male',
    location: 'A2',
    note: 'COPD. Saturation target 88–92 % not prescribed.',
    profile: 'copd',
    observations: {
      heightCm: 176,
      weightKg: 68,
      consciousness: 0,
      supplementalOxygen: 1,
      inspiredOxygenPercent: 28,
      chestPainType: 3,
    },
  },
  {
    mrn: '1003',
    name: 'María José Núñez',
    birthDate: '1971-02-14',
    sex: 'female',
    location: 'A3',
    profile: 'hypertensive',
    observations: {
      heightCm: 158,
      weightKg: 71,
      temperature: 36.9,
      consciousness: 0,
      supplementalOxygen: 0,
      chestPainType: 2,
      cholesterolMgDl: 268,
      exerciseAngina: 1,
      stDepressionMm: 1.8,
    },
  },
  {
    mrn: '1004',
    name: 'Jürgen Weiß',
    birthDate: '1985-08-19',
    sex: 'male',
    location: 'A4',
    profile: 'healthy',
    observations: { temperature: 36.5, consciousness: 0, supplementalOxygen: 0 },
  },
  {
    mrn: '1005',
    name: 'Nguyễn Thị Minh Khai',
    birthDate: '1993-06-07',
    sex: 'female',
    location: 'B1',
    profile: 'diabetic',
    observations: { heightCm: 155, weightKg: 49 },
  },
  {
    mrn: '1006',
    name: 'Kofi Mensah',
    birthDate: '1956-01-22',
    sex: 'male',
    location: 'B2',
    profile: 'healthy',
    observations: { heightCm: 181, weightKg: 88, chestPainType: 1, maxHeartRatePerMin: 128, restingEcg: 1, temperature: 37.1 },
  },
];
