// The read-only models a screen sees, as zod schemas with the types inferred from them: one file per subject. Times are UTC milliseconds.
export * from './models/accounts.ts';
export * from './models/alarms.ts';
export * from './models/bluetooth.ts';
export * from './models/devices.ts';
export * from './models/ecg.ts';
export * from './models/patients.ts';
export * from './models/rehearsals.ts';
export * from './models/risk.ts';
export * from './models/risk-models.ts';
export * from './models/storage.ts';
export * from './models/system.ts';
export * from './models/unclaimed.ts';
export * from './models/values.ts';
export * from './models/ward.ts';
