// What the screen of the bench is told and what it answers.

export interface ScreenPlan {
  readonly port: number;
  /** Of a signed-in user. */
  readonly sessionToken: string;
  /** How many the ward must show. */
  readonly patients: number;
}

/** `ask`: by turns and without end; `enough`: no more, and what they took. */
export type ToScreen = ({ readonly type: 'open' } & ScreenPlan) | { readonly type: 'ask' } | { readonly type: 'enough' };

/** Milliseconds of each question. */
export type Latencies = Readonly<Record<'ward.live' | 'reading.history', number[]>>;
