// The clinic's settings: one row, and sensible values before anyone has saved any.
import type { Settings } from '../contract/models.ts';
import type { AuditWrites } from './audit.ts';
import { changes } from './changes.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import type { By } from './ports.ts';

const COLUMNS =
  'clinic_name AS clinicName, time_zone AS timeZone, glucose_unit AS glucoseUnit, temperature_unit AS temperatureUnit, lost_signal_after_seconds AS lostSignalAfterSeconds';

/** The time zone is the machine's until somebody says otherwise. */
function defaultSettings(): Settings {
  return {
    clinicName: '',
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC',
    glucoseUnit: 'mg/dL',
    temperatureUnit: 'Cel',
    lostSignalAfterSeconds: 60,
  };
}

export function settingsReads(db: ReadableDatabase) {
  const row = db.prepare<[], Settings>(`SELECT ${COLUMNS} FROM settings`);
  return { settings: (): Settings => row.get() ?? defaultSettings() };
}

export function settingsWrites(db: WritableDatabase, audit: AuditWrites) {
  const reads = settingsReads(db);
  const put = db.prepare<[Settings]>(
    `INSERT INTO settings (only_row, clinic_name, time_zone, glucose_unit, temperature_unit, lost_signal_after_seconds)
     VALUES (1, @clinicName, @timeZone, @glucoseUnit, @temperatureUnit, @lostSignalAfterSeconds)
     ON CONFLICT DO UPDATE SET clinic_name = excluded.clinic_name, time_zone = excluded.time_zone, glucose_unit = excluded.glucose_unit,
       temperature_unit = excluded.temperature_unit, lost_signal_after_seconds = excluded.lost_signal_after_seconds`,
  );
  return {
    saveSettings(ask: By & { settings: Settings }): Settings {
      const before = reads.settings();
      put.run(ask.settings);
      audit.append(ask, 'settings.save', 'settings', changes(before, ask.settings));
      return reads.settings();
    },
  };
}
