// The HTTP device link: POST /api/healthdata with a device token, answered only after commit.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BucketRate, monotonicMs, TokenBuckets } from '../../accounts/throttle.ts';
import type { LinkSink } from '../link.ts';
import { type DecodedBody, decodeJson } from '../payload/json.ts';
import { Presence } from '../payload/presence.ts';
import { answerOf, firstWords, itemsOf, readItems } from '../payload/readings.ts';
import { MAX_BATCH, MAX_BODY_BYTES } from '../payload/schema.ts';
import { type DeviceByToken, type DoorWatch, TokenGate } from '../payload/token-gate.ts';
import { refuseAll, refuseOtherMethods } from './methods.ts';
import { openApiDocument } from './openapi.ts';
import { HttpProblem, type ProblemCode, sendProblem, toProblem } from './problem.ts';

export interface HttpLinkOptions {
  readonly sink: LinkSink;
  readonly deviceByToken: DeviceByToken;
  readonly watch?: DoorWatch | undefined;
  /** The console's version, for the OpenAPI document. */
  readonly version: string;
  /** Readings per device; default 200/s with bursts of 1,000. The burst must hold a full batch. */
  readonly deviceRate?: BucketRate;
  readonly nowMs?: () => number;
  readonly monotonicMs?: () => number;
  /** Told about errors that are this console's own fault. */
  readonly onError?: (error: unknown) => void;
}

const DEFAULT_DEVICE_RATE: BucketRate = { burst: MAX_BATCH, perSecond: 200 };
/** Requests of a device without one reading in them: what is beyond this is refused before its body is read. */
const REFUSED_RATE: BucketRate = { burst: 60, perSecond: 1 };
/** An unread body up to this size has come with its head; a larger one is not waited for. */
const UNREAD_BYTES = 16 * 1024;
/** Refusals of a whole request for what it is. Values out of range are not among them: a sensor may be at its limit all day. */
const WORTHLESS: ReadonlySet<ProblemCode> = new Set<ProblemCode>([
  'invalid_json',
  'empty_batch',
  'device_mismatch',
  'body_too_large',
  'batch_too_large',
  'unsupported_media_type',
]);

/** Mounts `/api/healthdata`, `/api/openapi.json` and `/healthz`; they stop with the server they are mounted on. */
export async function mountHttpLink(app: FastifyInstance, options: HttpLinkOptions): Promise<void> {
  const { sink, deviceByToken, nowMs = Date.now, onError } = options;
  const clock = options.monotonicMs ?? monotonicMs;
  const rate = options.deviceRate ?? DEFAULT_DEVICE_RATE;
  const readings = new TokenBuckets(rate, clock);
  const readingsLimit = `At most ${rate.burst} readings at once, and ${rate.perSecond} a second after them.`;
  const refused = new TokenBuckets(REFUSED_RATE, clock);
  const gate = new TokenGate({ link: 'http', deviceByToken, watch: options.watch, clock });
  const presence = new Presence(sink, 'http', clock);
  const openApi = openApiDocument(options.version);

  async function authenticate(request: FastifyRequest): Promise<string> {
    const token = /^Bearer +([A-Za-z0-9._~+/=-]{1,512}) *$/i.exec(request.headers.authorization ?? '')?.[1];
    const admission = await gate.admit(token, request.ip);
    if (admission.admitted) return admission.deviceId;
    if (admission.reason === 'throttled') throw new HttpProblem('too_many_failures', {}, seconds(admission.waitMs));
    throw new HttpProblem(admission.reason === 'missing' ? 'token_missing' : 'token_invalid');
  }

  await app.register(async (scope) => {
    // Only JSON comes in here; fastify would read text/plain too, and take any encoding and the last of two equal fields.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, bytes, done) => {
      try {
        done(null, decodeJson(bytes as Buffer));
      } catch (error) {
        done(error as Error);
      }
    });
    scope.decorateRequest('deviceId', '');
    scope.setErrorHandler((error, request, reply) => {
      const problem = toProblem(error);
      const deviceId = request.getDecorator<string>('deviceId');
      if (deviceId !== '' && WORTHLESS.has(problem.code)) refused.take(deviceId);
      if (problem.code === 'internal') onError?.(error);
      return sendProblem(reply, problem);
    });
    scope.addHook('onClose', async () => presence.stop());

    refuseOtherMethods(scope, '/api/healthdata', 'POST');
    refuseOtherMethods(scope, '/api/openapi.json', 'GET');
    refuseOtherMethods(scope, '/healthz', 'GET');
    refuseAll(scope, '/api/*');
    scope.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
    scope.get('/api/openapi.json', async () => openApi);

    scope.post('/api/healthdata', {
      bodyLimit: MAX_BODY_BYTES,
      // Before the body is read: a stranger's megabyte is not worth parsing.
      onRequest: async (request, reply) => {
        const deviceId = await authenticate(request);
        const waitMs = refused.waitMs(deviceId);
        if (waitMs > 0) {
          if (!(Number(request.headers['content-length']) <= UNREAD_BYTES)) reply.header('connection', 'close');
          throw new HttpProblem('too_many_refused', {}, seconds(waitMs));
        }
        request.setDecorator('deviceId', deviceId);
        if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw new HttpProblem('unsupported_media_type');
        if (request.headers['content-type'] === undefined) throw new HttpProblem('unsupported_media_type');
      },
      handler: async (request, reply) => receive(request.getDecorator<string>('deviceId'), request, reply),
    });
  });

  async function receive(deviceId: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { body, repeated } = request.body as DecodedBody;
    const items = itemsOf(body);
    const waitMs = readings.take(deviceId, items.length);
    if (waitMs > 0) throw new HttpProblem('too_many_readings', { detail: readingsLimit }, seconds(waitMs));

    const read = readItems(items, deviceId, nowMs(), 'token', repeated);
    if (read.sent.length === 0) refused.take(deviceId);
    if (read.errors.length > 0) sink.frameRejected(deviceId, firstWords(read.errors));

    // First, so that whoever takes the reading knows already which way its device comes in.
    presence.heard(deviceId, request.ip);
    const outcomes = read.sent.length === 0 ? [] : await sink.accept(read.sent.map((item) => item.measurement));
    const answer = answerOf(read, outcomes);
    reply.code(answer.accepted > 0 ? 201 : 200).header('cache-control', 'no-store');
    return reply.send(answer);
  }
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
