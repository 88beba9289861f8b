// Everything the console tells a screen without being asked: name → payload.
import { z } from 'zod';
import { id } from './models/fields.ts';
import {
  alarm,
  audioPause,
  bluetoothState,
  consoleStatus,
  currentValue,
  device,
  ecgFrame,
  modelInfo,
  patient,
  patientLive,
  prediction,
  scanResult,
  settings,
  taskProgress,
} from './models.ts';
import { photoModel } from './photos.ts';

export const EVENTS = {
  /** New current values of one patient (only the kinds that changed), at most four times a second per patient. */
  'values.changed': z.object({
    patientId: id,
    values: z.array(currentValue),
    news2: patientLive.unwrap().shape.news2,
  }),
  /** The newest result of one patient and model, a few times a second at most. */
  'prediction.changed': prediction,
  /** Its levels were changed. */
  'model.changed': modelInfo,
  /** Who wore a device was corrected: of this patient's results only these stand, the newest of each model. */
  'predictions.stand': z.object({ patientId: id, predictions: z.array(prediction) }),
  'alarm.changed': alarm,
  /** Acknowledged three minutes ago and the condition still holds. */
  'alarm.reminder': alarm,
  'alarm.audioPause': z.object({ pause: audioPause }),
  'device.changed': device,
  'patient.changed': patient,
  'bluetooth.changed': bluetoothState,
  'bluetooth.found': scanResult,
  /** About five a second of each ECG, only to screens that watch the patient. */
  'ecg.frame': ecgFrame,
  /** Readings of these devices came to be unclaimed, or were claimed: ask for the list again. At most once in ten seconds. */
  'unclaimed.changed': z.object({ deviceIds: z.array(z.string()) }),
  'status.changed': consoleStatus,
  'settings.changed': settings,
  'task.progress': taskProgress,
  /** An observation was added or retracted, or a device bound or unbound: histories of this patient should be asked for again. */
  'history.changed': z.object({ patientId: id }),
  /** A photo was kept or retracted. */
  'photo.changed': z.object({ patientId: id }),
  /** The levels of the skin model were changed. */
  'photo.modelChanged': photoModel,
} as const;

export type EventName = keyof typeof EVENTS;
export type EventPayload<N extends EventName> = z.output<(typeof EVENTS)[N]>;
/** One event on its way to the screens. */
export type ConsoleEvent = { [N in EventName]: { readonly name: N; readonly payload: EventPayload<N> } }[EventName];
