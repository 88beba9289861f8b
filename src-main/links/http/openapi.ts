// The OpenAPI 3.1 document of the HTTP device API, made from the schemas the bodies are checked with.
import { ACCEPTED_SCHEMA, MAX_BATCH, MAX_BODY_BYTES, PROBLEM_SCHEMA, READING_SCHEMA } from '../payload/schema.ts';
import { PROBLEMS } from './problem.ts';

const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };
const retryAfter = { 'Retry-After': { schema: { type: 'integer' }, description: 'Seconds to wait before trying again.' } };

export function openApiDocument(version: string): Readonly<Record<string, unknown>> {
  return {
    openapi: '3.1.0',
    info: {
      title: 'HealthSense device API',
      version,
      description: 'How a wearable hands in readings. Decision support, not a certified medical device.',
    },
    paths: {
      '/api/healthdata': {
        post: {
          operationId: 'postHealthData',
          summary: 'Store one reading, or up to a thousand, and get the predictions made from them.',
          description:
            'Answered after the readings are committed to disk. A reading is identified by device and timestamp: sent again it is ' +
            'answered with the stored result; sent again with other values it is refused. Of a batch, good readings are stored even ' +
            'when others are refused; a reading of another device refuses the whole request.',
          security: [{ deviceToken: [] }],
          requestBody: {
            required: true,
            description: `One reading, or a list of at most ${MAX_BATCH}; at most ${MAX_BODY_BYTES} bytes. More of either is answered 413.`,
            content: {
              'application/json': {
                schema: {
                  oneOf: [
                    { $ref: '#/components/schemas/Reading' },
                    { type: 'array', items: { $ref: '#/components/schemas/Reading' }, minItems: 1, maxItems: MAX_BATCH },
                  ],
                },
              },
            },
          },
          responses: {
            '200': accepted('Every reading was stored before.'),
            '201': accepted('Stored.'),
            ...problemResponses(),
          },
        },
      },
      '/healthz': {
        get: {
          operationId: 'health',
          summary: 'For probes: the console answers.',
          responses: { '200': { description: 'It does.', content: { 'application/json': { schema: { type: 'object' } } } } },
        },
      },
    },
    components: {
      securitySchemes: {
        deviceToken: { type: 'http', scheme: 'bearer', description: 'The token printed when the device was added.' },
      },
      schemas: { Reading: READING_SCHEMA, Accepted: ACCEPTED_SCHEMA, Problem: PROBLEM_SCHEMA },
    },
  };
}

function accepted(description: string): unknown {
  return { description, content: { 'application/json': { schema: { $ref: '#/components/schemas/Accepted' } } } };
}

/** One response per status, naming the codes that come with it. */
function problemResponses(): Record<string, unknown> {
  const byStatus = new Map<number, string[]>();
  for (const [code, [status, title]] of Object.entries(PROBLEMS)) {
    if (status === 404 || status === 405) continue;
    byStatus.set(status, [...(byStatus.get(status) ?? []), `\`${code}\`: ${title}.`]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes.join(' '),
        ...(status === 429 || status === 503 ? { headers: retryAfter } : {}),
        content: problemContent,
      },
    ]),
  );
}
