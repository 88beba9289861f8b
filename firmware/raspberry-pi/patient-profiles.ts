// The patients a simulated wearable can be worn by. Figures are typical adult values, for demonstration only.

export const PATIENT_PROFILES = ['healthy', 'diabetic', 'copd', 'hypertensive'] as const;
export type PatientProfileName = (typeof PATIENT_PROFILES)[number];

export interface PatientProfile {
  readonly heartRatePerMin: number;
  /** Day above and night below the mean. */
  readonly circadianPerMin: number;
  /** Share by which breathing stretches the beat. */
  readonly respiratoryArrhythmia: number;
  readonly respiratoryRatePerMin: number;
  readonly spo2Percent: number;
  readonly desaturationsPerHour: number;
  readonly desaturationDepthPercent: number;
  readonly systolicMmHg: number;
  readonly diastolicMmHg: number;
  readonly glucoseMgDl: number;
  /** What a meal adds before any of it is cleared. */
  readonly mealRiseMgDl: number;
  readonly clearanceMinutes: number;
  /** Too much insulin now and then. */
  readonly hyposPerHour: number;
  readonly irregularPulse: boolean;
}

const HEALTHY: PatientProfile = {
  heartRatePerMin: 68,
  circadianPerMin: 8,
  respiratoryArrhythmia: 0.045,
  respiratoryRatePerMin: 14,
  spo2Percent: 97.6,
  desaturationsPerHour: 0.05,
  desaturationDepthPercent: 4,
  systolicMmHg: 118,
  diastolicMmHg: 74,
  glucoseMgDl: 92,
  mealRiseMgDl: 80,
  clearanceMinutes: 60,
  hyposPerHour: 0,
  irregularPulse: false,
};

export const PROFILES: { readonly [N in PatientProfileName]: PatientProfile } = {
  healthy: HEALTHY,
  diabetic: {
    ...HEALTHY,
    heartRatePerMin: 76,
    respiratoryArrhythmia: 0.02,
    systolicMmHg: 134,
    diastolicMmHg: 82,
    glucoseMgDl: 148,
    mealRiseMgDl: 230,
    clearanceMinutes: 110,
    hyposPerHour: 0.06,
  },
  copd: {
    ...HEALTHY,
    heartRatePerMin: 84,
    respiratoryArrhythmia: 0.015,
    respiratoryRatePerMin: 20,
    spo2Percent: 92.8,
    desaturationsPerHour: 2.5,
    desaturationDepthPercent: 8,
    systolicMmHg: 128,
    diastolicMmHg: 78,
    glucoseMgDl: 104,
  },
  hypertensive: {
    ...HEALTHY,
    heartRatePerMin: 78,
    systolicMmHg: 162,
    diastolicMmHg: 96,
    glucoseMgDl: 106,
    mealRiseMgDl: 110,
    irregularPulse: true,
  },
};
