// A simulated body: heart, breath, oxygen, pressure and glucose moving together, second by second, the same for the same seed.
import type { PatientProfile } from './patient-profiles.ts';
import { Chance, Wander } from './random.ts';

export interface BodyState {
  readonly heartRatePerMin: number;
  /** Of the last few beats, oldest first. */
  readonly rrIntervalsMs: readonly number[];
  readonly respiratoryRatePerMin: number;
  readonly spo2Percent: number;
  readonly perfusionPercent: number;
  readonly systolicMmHg: number;
  readonly diastolicMmHg: number;
  readonly glucoseMgDl: number;
  readonly glucoseTrendMgDlPerMin: number;
  /** False while the sensors are off the skin. */
  readonly worn: boolean;
  readonly moving: boolean;
}

interface Absorption {
  readonly startS: number;
  readonly totalMgDl: number;
}

interface Desaturation {
  readonly startS: number;
  readonly holdS: number;
  readonly depthPercent: number;
}

const STEP_S = 1;
const DAY_S = 86_400;
const WARMEST_HOUR = 16;
const MEAL_MINUTES = [450, 750, 1110] as const;
const ABSORPTION_MINUTES = 40;
const ABSORBED_AFTER_S = 6 * 3600;
const FALL_S = 40;
const RISE_S = 30;
const KEPT_BEATS = 4;
const MOVES_PER_HOUR = 3;
const TAKEN_OFF_PER_HOUR = 0.15;

export class Physiology {
  readonly #profile: PatientProfile;
  readonly #chance: Chance;
  readonly #rate: Wander;
  readonly #breath: Wander;
  readonly #oxygen: Wander;
  readonly #pressure: Wander;
  readonly #sugar: Wander;
  #nowS: number;
  #glucose: number;
  #trend = 0;
  #absorptions: Absorption[] = [];
  #desaturation: Desaturation | null = null;
  #breathPhase = 0;
  #untilBeatMs = 0;
  #beats: number[] = [];
  #heartRate: number;
  #movingUntilS = Number.NEGATIVE_INFINITY;
  #offUntilS = Number.NEGATIVE_INFINITY;

  /** @param startMs UTC ms at which the body's time starts: its hour of day sets circadian rhythm and meals. */
  constructor(profile: PatientProfile, seed: number, startMs: number) {
    this.#profile = profile;
    this.#chance = new Chance(seed);
    this.#rate = new Wander(this.#chance, 3, 180);
    this.#breath = new Wander(this.#chance, 1.4, 120);
    this.#oxygen = new Wander(this.#chance, 0.5, 240);
    this.#pressure = new Wander(this.#chance, 6, 1200);
    this.#sugar = new Wander(this.#chance, 5, 2400);
    this.#nowS = Math.floor(startMs / 1000);
    this.#glucose = profile.glucoseMgDl;
    this.#heartRate = profile.heartRatePerMin;
  }

  /** Lives on until body time `bodyMs` (UTC ms on the body's own time line). */
  advanceTo(bodyMs: number): void {
    while ((this.#nowS + STEP_S) * 1000 <= bodyMs) this.#step();
  }

  state(): BodyState {
    const { systolicMmHg, diastolicMmHg, spo2Percent, heartRatePerMin, respiratoryRatePerMin } = this.#profile;
    const drive = this.#pressure.value + 5 * this.#circadian() + 0.25 * (this.#heartRate - heartRatePerMin);
    return {
      heartRatePerMin: this.#heartRate,
      rrIntervalsMs: this.#beats,
      respiratoryRatePerMin: Math.max(6, respiratoryRatePerMin + this.#breath.value + (this.#isMoving() ? 4 : 0)),
      spo2Percent: Math.min(100, Math.max(60, spo2Percent + this.#oxygen.value - this.#oxygenDebt())),
      perfusionPercent: Math.max(0.2, 4 + 2 * Math.sin(this.#nowS / 600) - (this.#isMoving() ? 1.5 : 0)),
      systolicMmHg: systolicMmHg + drive,
      diastolicMmHg: diastolicMmHg + 0.55 * drive,
      glucoseMgDl: Math.max(35, this.#glucose + this.#sugar.value),
      glucoseTrendMgDlPerMin: this.#trend,
      worn: this.#nowS >= this.#offUntilS,
      moving: this.#isMoving(),
    };
  }

  #step(): void {
    this.#nowS += STEP_S;
    for (const wander of [this.#rate, this.#breath, this.#oxygen, this.#pressure, this.#sugar]) wander.step(STEP_S);
    this.#happenings();
    this.#beat();
    this.#metabolise();
  }

  #happenings(): void {
    const { desaturationsPerHour, desaturationDepthPercent, hyposPerHour } = this.#profile;
    if (this.#chance.happens(MOVES_PER_HOUR, STEP_S)) this.#movingUntilS = this.#nowS + this.#chance.between(10, 45);
    if (this.#chance.happens(TAKEN_OFF_PER_HOUR, STEP_S)) this.#offUntilS = this.#nowS + this.#chance.between(90, 300);
    if (this.#desaturation === null && this.#chance.happens(desaturationsPerHour, STEP_S)) {
      const depthPercent = desaturationDepthPercent * this.#chance.between(0.6, 1.4);
      this.#desaturation = { startS: this.#nowS, holdS: this.#chance.between(20, 90), depthPercent };
    }
    if (this.#chance.happens(hyposPerHour, STEP_S)) this.#absorb(-this.#chance.between(90, 160));
    const minuteOfDay = (this.#nowS % DAY_S) / 60;
    if (MEAL_MINUTES.some((meal) => meal === minuteOfDay))
      this.#absorb(this.#profile.mealRiseMgDl * this.#chance.between(0.7, 1.3));
  }

  #absorb(totalMgDl: number): void {
    this.#absorptions.push({ startS: this.#nowS, totalMgDl });
  }

  /** Circadian rhythm, movement and low oxygen set the rate; breathing stretches and shortens the single beat. */
  #beat(): void {
    const { heartRatePerMin, circadianPerMin, respiratoryArrhythmia, respiratoryRatePerMin, irregularPulse } = this.#profile;
    const wanted =
      heartRatePerMin +
      circadianPerMin * this.#circadian() +
      this.#rate.value +
      1.5 * this.#oxygenDebt() +
      (this.#isMoving() ? 14 : 0);
    this.#heartRate += (Math.max(35, wanted) - this.#heartRate) * 0.08;
    this.#breathPhase += ((respiratoryRatePerMin + this.#breath.value) / 60) * STEP_S;
    this.#untilBeatMs -= STEP_S * 1000;
    while (this.#untilBeatMs <= 0) {
      const stretch = respiratoryArrhythmia * Math.sin(2 * Math.PI * this.#breathPhase) + 0.01 * this.#chance.normal();
      const early = irregularPulse && this.#chance.next() < 0.03 ? 0.7 : 1;
      const interval = Math.max(250, (60_000 / this.#heartRate) * (1 + stretch) * early);
      this.#beats = [...this.#beats.slice(1 - KEPT_BEATS), interval];
      this.#untilBeatMs += interval;
    }
  }

  #metabolise(): void {
    const { glucoseMgDl, clearanceMinutes } = this.#profile;
    let perMinute = -(this.#glucose - glucoseMgDl) / clearanceMinutes;
    this.#absorptions = this.#absorptions.filter(({ startS }) => this.#nowS - startS < ABSORBED_AFTER_S);
    for (const { startS, totalMgDl } of this.#absorptions) {
      const minutes = (this.#nowS - startS) / 60;
      perMinute += (totalMgDl * minutes * Math.exp(-minutes / ABSORPTION_MINUTES)) / ABSORPTION_MINUTES ** 2;
    }
    this.#trend = perMinute;
    this.#glucose = Math.max(35, this.#glucose + (perMinute * STEP_S) / 60);
  }

  #oxygenDebt(): number {
    if (this.#desaturation === null) return 0;
    const { startS, holdS, depthPercent } = this.#desaturation;
    const since = this.#nowS - startS;
    if (since < FALL_S) return (depthPercent * since) / FALL_S;
    if (since < FALL_S + holdS) return depthPercent;
    if (since < FALL_S + holdS + RISE_S) return depthPercent * (1 - (since - FALL_S - holdS) / RISE_S);
    this.#desaturation = null;
    return 0;
  }

  /** -1 at four in the morning, +1 in the afternoon. */
  #circadian(): number {
    return Math.cos((2 * Math.PI * ((this.#nowS % DAY_S) / 3600 - WARMEST_HOUR)) / 24);
  }

  #isMoving(): boolean {
    return this.#nowS < this.#movingUntilS;
  }
}
