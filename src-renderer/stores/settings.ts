// The clinic's settings, above all the units numbers are shown in.
import { create } from 'zustand';
import type { Settings } from '../../src-main/contract/models.ts';

interface SettingsState {
  readonly settings: Settings;
  readonly loaded: boolean;
}

/** Shown only until the console has answered. */
const BEFORE_LOADED: Settings = {
  clinicName: '',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  glucoseUnit: 'mg/dL',
  temperatureUnit: 'Cel',
  lostSignalAfterSeconds: 60,
};

export const useSettings = create<SettingsState>(() => ({ settings: BEFORE_LOADED, loaded: false }));

export function setSettings(settings: Settings): void {
  useSettings.setState({ settings, loaded: true });
}
