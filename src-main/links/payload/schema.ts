// The shapes of what devices send and get over HTTP and MQTT, once: what bodies are checked with is what OpenAPI publishes.
import { VITALS, type VitalKind } from '../../vitals/kinds.ts';

/** Most readings one request or message may carry. */
export const MAX_BATCH = 1000;

/** Room for that many readings with every field and generous spaces; what is larger is refused unread. */
export const MAX_BODY_BYTES = MAX_BATCH * 512;

/** Items of a request that are told their errors; the others are only counted, so that a bad list never earns a huge answer. */
export const MAX_ITEM_ERRORS = 100;

/** Name in the payload → vital kind. The names and units are the wearable's. */
export const PAYLOAD_FIELDS = {
  glucose: 'glucose',
  bp_systolic: 'systolic',
  bp_diastolic: 'diastolic',
  spo2: 'spo2',
  heart_rate: 'heartRate',
  respiratory_rate: 'respiratoryRate',
  temperature: 'temperature',
} as const satisfies Record<string, VitalKind>;

export type PayloadField = keyof typeof PAYLOAD_FIELDS;

const PAYLOAD_FIELD_OF: ReadonlyMap<string, string> = new Map([
  ['deviceId', 'device_id'],
  ['takenAtMs', 'timestamp'],
  ...Object.entries(PAYLOAD_FIELDS).map(([field, kind]) => [kind, field] as const),
]);

/** What the payload calls a field of a measurement or a vital kind; any other name stays what it is. */
export function payloadFieldOf(name: string): string {
  return PAYLOAD_FIELD_OF.get(name) ?? name;
}

/** RFC 3339 with the offset required; second 60 only where a leap second can be, which the check of the calendar decides. */
const TIMESTAMP_PATTERN =
  '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])[Tt]([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d{1,9})?([Zz]|[+-]([01]\\d|2[0-3]):[0-5]\\d)$';

const vitalProperties = Object.fromEntries(
  Object.entries(PAYLOAD_FIELDS).map(([field, kind]) => {
    const { title, unitLabel, hard } = VITALS[kind];
    return [
      field,
      {
        type: ['number', 'null'] as const,
        description: `${title} in ${unitLabel}, accepted from ${hard.low} to ${hard.high}. Null is the same as absent.`,
      },
    ];
  }),
);

/**
 * One reading. Ranges are left to the console's own validation, which answers with the same kind of error;
 * a field that is not listed is refused by name, so that a misspelt one is never dropped silently.
 */
export const READING_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['device_id', 'timestamp'],
  // At least one vital that is not null.
  anyOf: Object.keys(PAYLOAD_FIELDS).map((field) => ({
    required: [field],
    properties: { [field]: { type: 'number' as const } },
  })),
  properties: {
    device_id: { type: 'string', minLength: 1, maxLength: 40, description: 'The device the token was made for.' },
    timestamp: {
      type: 'string',
      pattern: TIMESTAMP_PATTERN,
      description: "When it was measured, by the device's clock: RFC 3339 with an offset or Z. Kept to the millisecond.",
      examples: ['2025-04-14T10:45:00Z'],
    },
    ...vitalProperties,
  },
} as const;

const predictionSchema = {
  type: 'object',
  required: ['probability', 'level', 'model', 'missing'],
  properties: {
    probability: { type: ['number', 'null'], minimum: 0, maximum: 1, description: 'Null when the model abstained.' },
    level: { enum: ['low', 'moderate', 'high', 'abstained'] },
    model: { type: 'string', description: 'Name and version.', examples: ['diabetes@1.0.0'] },
    missing: { type: 'array', items: { type: 'string' }, description: 'Inputs the model did not have.' },
  },
} as const;

const RESULT_SCHEMA = {
  type: 'object',
  required: ['device_id', 'timestamp', 'reading_id', 'predictions', 'alerts'],
  properties: {
    index: { type: 'integer', description: 'Position in the request; given when part of a batch was refused.' },
    device_id: { type: 'string' },
    timestamp: { type: 'string' },
    reading_id: { type: 'string' },
    duplicate: { const: true, description: 'Present when the reading was already stored; the result is the stored one.' },
    predictions: {
      type: 'object',
      additionalProperties: predictionSchema,
      description:
        'By model: diabetes, heart, hypoxia. A reading of a device that is bound to no patient, or dated to a time when another patient wore it than does now, is scored by none of them: each abstains and misses `patient`.',
    },
    predictions_follow: {
      const: true,
      description:
        'Present when the reading was stored before all models could answer, as they are slow or fail at the moment: what `predictions` lacks follows. Sent again, the reading is answered with what has come by then. A model that abstains is in `predictions`.',
    },
    alerts: {
      type: 'array',
      items: {
        type: 'object',
        required: ['alarm_id', 'rule', 'priority', 'message'],
        properties: {
          alarm_id: { type: 'string' },
          rule: { type: 'string' },
          priority: { enum: ['high', 'medium', 'low'] },
          message: { type: 'string' },
        },
      },
    },
  },
} as const;

export const ACCEPTED_SCHEMA = {
  type: 'object',
  required: ['accepted', 'results'],
  properties: {
    accepted: { type: 'integer', description: 'Readings newly stored; repeats are not counted.' },
    results: { type: 'array', items: RESULT_SCHEMA, description: 'In the order of the request.' },
  },
} as const;

export const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457 problem details. `code` is stable; `title` and `detail` are for people.',
  required: ['type', 'title', 'status', 'code'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      maxItems: MAX_ITEM_ERRORS,
      description: 'The first of them. An item that is in neither `errors` nor `results` was refused as well.',
      items: {
        type: 'object',
        required: ['index', 'field', 'code', 'message'],
        properties: {
          index: { type: 'integer', description: 'Position in the request; 0 for a single reading.' },
          field: { type: 'string' },
          code: { type: 'string' },
          limit: { type: 'string' },
          value: { description: 'What was sent.' },
          message: { type: 'string' },
        },
      },
    },
    accepted: { type: 'integer', description: 'Readings of this batch that were stored all the same.' },
    results: { type: 'array', items: RESULT_SCHEMA },
  },
} as const;
