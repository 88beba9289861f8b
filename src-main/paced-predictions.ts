// On the way of events to the screens: a patient's newer results are told a few times a second, however fast they come.
//
//   prediction.changed ─► first at once, then at most four a second per patient and model, the newest always ─► screens
//   all else           ─► at once, after what is held back of the same patient                               ─► screens
import type { ConsoleEvent } from './contract/events.ts';
import type { Prediction, RiskModel } from './contract/models.ts';

/** Nobody can see more; vitals are told as often. */
const EVENT_EVERY_MS = 250;

/** Of one patient and model, from a result told until nothing newer has come for a while. */
interface Pace {
  held: Prediction | null;
  readonly timer: NodeJS.Timeout;
}

export class PacedPredictions {
  readonly #tell: (event: ConsoleEvent) => void;
  readonly #patients = new Map<number, Map<RiskModel, Pace>>();

  constructor(tell: (event: ConsoleEvent) => void) {
    this.#tell = tell;
  }

  readonly emit = (event: ConsoleEvent): void => {
    if (event.name === 'prediction.changed') {
      this.#predicted(event.payload);
      return;
    }
    // An alarm does not overtake the result that raised it, and no result comes after its patient has left.
    const patientId = patientOf(event);
    const paces = patientId === null ? undefined : this.#patients.get(patientId);
    for (const pace of paces?.values() ?? []) this.#tellHeld(pace);
    this.#tell(event);
  };

  /** What is held back is told no more. */
  close(): void {
    for (const paces of this.#patients.values()) for (const { timer } of paces.values()) clearTimeout(timer);
    this.#patients.clear();
  }

  #predicted(prediction: Prediction): void {
    const { patientId, model } = prediction;
    const paces = this.#patients.get(patientId) ?? new Map<RiskModel, Pace>();
    this.#patients.set(patientId, paces);
    const pace = paces.get(model);
    if (pace !== undefined) {
      pace.held = prediction;
      return;
    }
    const timer = setTimeout(() => this.#goOn(patientId, model), EVENT_EVERY_MS);
    timer.unref();
    paces.set(model, { held: null, timer });
    this.#tell({ name: 'prediction.changed', payload: prediction });
  }

  /** The wait is over: what is held is told, and the next waits again. Where nothing has come the next will be told at once. */
  #goOn(patientId: number, model: RiskModel): void {
    const paces = this.#patients.get(patientId);
    const pace = paces?.get(model);
    if (pace === undefined) return;
    if (pace.held !== null) {
      this.#tellHeld(pace);
      return;
    }
    paces?.delete(model);
    if (paces?.size === 0) this.#patients.delete(patientId);
  }

  #tellHeld(pace: Pace): void {
    const { held } = pace;
    if (held === null) return;
    pace.held = null;
    pace.timer.refresh();
    this.#tell({ name: 'prediction.changed', payload: held });
  }
}

/** Whom an event is about; null: nobody, or not one patient. */
function patientOf({ payload }: ConsoleEvent): number | null {
  if ('boundTo' in payload) return payload.boundTo?.patientId ?? null;
  return 'patientId' in payload ? payload.patientId : null;
}
