// Joins the console's events to the stores, and fills the stores anew whenever the console is (again) there.
import type { ConsoleClient } from '../../src-main/contract/wire.ts';
import { errorWords } from '../client/client-error.ts';
import { applyOpenAlarm, setAudioPause, setOpenAlarms } from './alarms.ts';
import { setConsoleTime, useClock } from './clock.ts';
import { setConnected } from './connection.ts';
import { applyFound, applyKnownDevice, setBluetooth, setDevices, setFound } from './devices.ts';
import {
  applyAlarm,
  applyDevice,
  applyPatient,
  applyPrediction,
  applyStanding,
  applyValues,
  clearLive,
  putPatientLive,
  setWard,
  setWardFailed,
} from './live.ts';
import { refreshInfo, startSession, type TokenKeeper, useSession } from './session.ts';
import { setSettings } from './settings.ts';
import { setStatus } from './status.ts';

/** Connects the stores to a client until the returned function is called. */
export function wireStores(client: ConsoleClient, tokens: TokenKeeper): () => void {
  /** Events that arrive while a full picture is on its way are applied on top of it once more. */
  let held: (() => void)[] | null = null;
  const apply = (change: () => void): void => {
    change();
    held?.push(change);
  };

  async function fill(): Promise<void> {
    held = [];
    try {
      const [ward, alarms, devices, pause] = await Promise.all([
        client.send('ward.live', {}),
        client.send('alarm.list', { which: 'open', limit: 1000 }),
        client.send('device.list', {}),
        client.send('alarm.audioPause', {}),
      ]);
      setWard(ward);
      setOpenAlarms(alarms);
      setDevices(devices);
      setAudioPause(pause);
      for (const change of held) change();
    } catch (error) {
      setWardFailed(errorWords(error));
    } finally {
      held = null;
    }
    // Beside the ward itself: each is shown where it is missing, none of them holds up the others.
    await Promise.allSettled([
      client.send('settings.get', {}).then(setSettings),
      client.send('console.status', {}).then((status) => {
        setConsoleTime(status.nowMs);
        setStatus(status);
      }),
      client.send('bluetooth.state', {}).then(setBluetooth),
      client.send('bluetooth.found', {}).then(setFound),
    ]);
  }

  const stops = [
    client.listen('values.changed', (payload) => apply(() => applyValues(payload))),
    client.listen('prediction.changed', (prediction) => apply(() => applyPrediction(prediction))),
    client.listen('predictions.stand', (payload) => apply(() => applyStanding(payload))),
    client.listen('alarm.changed', (alarm) =>
      apply(() => {
        applyAlarm(alarm);
        applyOpenAlarm(alarm);
      }),
    ),
    client.listen('alarm.audioPause', ({ pause }) => apply(() => setAudioPause(pause))),
    client.listen('device.changed', (device) =>
      apply(() => {
        applyDevice(device);
        applyKnownDevice(device);
      }),
    ),
    client.listen('patient.changed', (patient) =>
      apply(() => {
        if (!applyPatient(patient)) return;
        client
          .send('patient.live', { patientId: patient.patientId })
          .then(putPatientLive)
          .catch((error: unknown) => setWardFailed(errorWords(error)));
      }),
    ),
    client.listen('bluetooth.changed', setBluetooth),
    client.listen('bluetooth.found', applyFound),
    client.listen('settings.changed', setSettings),
    client.listen('status.changed', (status) => {
      setConsoleTime(status.nowMs);
      setStatus(status);
    }),
    useSession.subscribe((state, before) => {
      if (state.phase === 'signed-in' && before.phase !== 'signed-in') void fill();
      if (state.phase === 'signed-out' && before.phase === 'signed-in') {
        clearLive();
        void refreshInfo(client);
      }
    }),
    client.onConnection((connected) => {
      setConnected(connected, useClock.getState().nowMs);
      if (!connected) return;
      const { phase } = useSession.getState();
      if (phase === 'signed-in') void fill();
      else if (phase === 'unreachable') void startSession(client, tokens);
      else if (phase !== 'starting') void refreshInfo(client);
    }),
  ];
  void startSession(client, tokens);
  return () => {
    for (const stop of stops) stop();
  };
}

/** Fills the ward again, for a screen's "Try again". */
export async function reloadWard(client: ConsoleClient): Promise<void> {
  try {
    setWard(await client.send('ward.live', {}));
  } catch (error) {
    setWardFailed(errorWords(error));
  }
}
