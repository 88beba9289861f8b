// What is answered on the predictions topic when a message is refused: the same documents as over HTTP, with codes of its own.
import { PAYLOAD_PROBLEMS, PayloadProblem, type ProblemExtras, problemJson } from '../payload/problems.ts';

const MQTT_PROBLEMS = {
  ...PAYLOAD_PROBLEMS,
  invalid_json: [400, 'The message is not valid JSON in UTF-8'],
  device_mismatch: [403, 'The topic belongs to another device'],
  device_unknown: [403, 'This console does not know the device, or it was revoked'],
  topic_forbidden: [403, 'A device may publish its own readings only'],
  body_too_large: [413, 'The message is too large'],
  batch_too_large: [413, 'Too many readings in one message'],
} as const satisfies Record<string, readonly [number, string]>;

export type MqttProblemCode = keyof typeof MQTT_PROBLEMS;

/** A message that is refused as a whole. */
export interface Refusal {
  /** For the device, as JSON. */
  readonly answer: string;
  /** For people, in one line. */
  readonly reason: string;
}

export function refusal(code: MqttProblemCode, extras: ProblemExtras = {}): Refusal {
  const [status, title] = MQTT_PROBLEMS[code];
  return { answer: problemJson(status, title, code, extras), reason: extras.detail ?? extras.errors?.[0]?.message ?? title };
}

/** @throws `error` itself where it is no fault of the message. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof PayloadProblem) return refusal(error.code, error.extras);
  throw error;
}
