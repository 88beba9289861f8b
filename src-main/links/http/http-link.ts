// The HTTP device link: POST /api/healthdata with a device token, answered only after commit.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type BucketRate, monotonicMs, TokenBuckets } from '../../accounts/throttle.ts';
import { hashToken } from '../../accounts/tokens.ts';
import type { FieldProblem, IntakeOutcome, LinkSink, Measurement } from '../link.ts';
import { HttpPresence } from './http-presence.ts';
import { openApiDocument } from './openapi.ts';
import { parsePayload } from './payload.ts';
import { HttpProblem, type ItemError, sendProblem, toProblem } from './problem.ts';
import { MAX_BATCH, payloadFieldOf } from './schema.ts';

export interface HttpLinkOptions {
  readonly sink: LinkSink;
  /** The device a token belongs to; null for a wrong or revoked one. */
  readonly deviceByToken: (token: string) => Promise<{ readonly deviceId: string } | null>;
  /** The console's version, for the OpenAPI document. */
  readonly version: string;
  /** Readings per device; default 200/s with bursts of 1,000. The burst must hold a full batch. */
  readonly deviceRate?: BucketRate;
  readonly nowMs?: () => number;
  readonly monotonicMs?: () => number;
  /** Told about errors that are this console's own fault. */
  readonly onError?: (error: unknown) => void;
}

const BODY_LIMIT_BYTES = 1024 * 1024;
const DEFAULT_DEVICE_RATE: BucketRate = { burst: MAX_BATCH, perSecond: 200 };
/** Twenty wrong tokens from one address, then one every three seconds. */
const WRONG_TOKEN_RATE: BucketRate = { burst: 20, perSecond: 1 / 3 };
const MAX_KNOWN_TOKENS = 10_000;

/** Mounts `/api/healthdata`, `/api/openapi.json` and `/healthz`; they stop with the server they are mounted on. */
export async function mountHttpLink(app: FastifyInstance, options: HttpLinkOptions): Promise<void> {
  const { sink, deviceByToken, nowMs = Date.now, onError } = options;
  const clock = options.monotonicMs ?? monotonicMs;
  const readings = new TokenBuckets(options.deviceRate ?? DEFAULT_DEVICE_RATE, clock);
  const wrongTokens = new TokenBuckets(WRONG_TOKEN_RATE, clock);
  /** Hashes of tokens that were right: a broken wearable behind the same address must not keep these out. */
  const provenTokens = new Set<string>();
  const presence = new HttpPresence(sink, clock);
  const openApi = openApiDocument(options.version);

  async function authenticate(request: FastifyRequest): Promise<string> {
    const token = /^Bearer +([A-Za-z0-9._~+/=-]{1,512}) *$/i.exec(request.headers.authorization ?? '')?.[1];
    const tokenHash = token === undefined ? null : hashToken(token);
    const waitMs = wrongTokens.waitMs(request.ip);
    if (waitMs > 0 && (tokenHash === null || !provenTokens.has(tokenHash))) {
      throw new HttpProblem('too_many_failures', {}, seconds(waitMs));
    }
    const device = token === undefined ? null : await deviceByToken(token);
    if (device === null || tokenHash === null) {
      if (tokenHash !== null) provenTokens.delete(tokenHash);
      wrongTokens.take(request.ip);
      throw new HttpProblem(token === undefined ? 'token_missing' : 'token_invalid');
    }
    if (provenTokens.size >= MAX_KNOWN_TOKENS) provenTokens.clear();
    provenTokens.add(tokenHash);
    return device.deviceId;
  }

  await app.register(async (scope) => {
    // Only JSON comes in here; fastify would read text/plain too.
    scope.removeContentTypeParser('text/plain');
    scope.decorateRequest('deviceId', '');
    scope.setErrorHandler((error, _request, reply) => {
      const problem = toProblem(error);
      if (problem.code === 'internal') onError?.(error);
      return sendProblem(reply, problem);
    });
    scope.addHook('onClose', async () => presence.stop());

    scope.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: '/api/healthdata',
      handler: (_request, reply) => sendProblem(reply, new HttpProblem('method_not_allowed')),
    });
    scope.get('/api/*', (_request, reply) => sendProblem(reply, new HttpProblem('not_found')));
    scope.post('/api/*', (_request, reply) => sendProblem(reply, new HttpProblem('not_found')));
    scope.get('/healthz', async (_request, reply) => reply.header('cache-control', 'no-store').send({ status: 'ok' }));
    scope.get('/api/openapi.json', async () => openApi);

    scope.post('/api/healthdata', {
      bodyLimit: BODY_LIMIT_BYTES,
      // Before the body is read: a stranger's megabyte is not worth parsing.
      onRequest: async (request) => {
        request.setDecorator('deviceId', await authenticate(request));
        if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') throw new HttpProblem('unsupported_media_type');
        if (request.headers['content-type'] === undefined) throw new HttpProblem('unsupported_media_type');
      },
      handler: async (request, reply) => receive(request.getDecorator<string>('deviceId'), request, reply),
    });
  });

  async function receive(deviceId: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const items: readonly unknown[] = Array.isArray(request.body) ? request.body : [request.body];
    if (items.length === 0) throw new HttpProblem('empty_batch');
    if (items.length > MAX_BATCH) {
      throw new HttpProblem('batch_too_large', {
        detail: `${items.length} readings were sent; at most ${MAX_BATCH} fit one request.`,
      });
    }
    const waitMs = readings.take(deviceId, items.length);
    if (waitMs > 0) throw new HttpProblem('too_many_readings', {}, seconds(waitMs));

    const receivedAtMs = nowMs();
    const parsed = items.map((item) => parsePayload(item, receivedAtMs));
    const strangers = parsed.flatMap((item, index) => {
      const claimed = item.ok ? item.measurement.deviceId : item.deviceId;
      return claimed === null || claimed === deviceId ? [] : [mismatch(index, claimed, deviceId)];
    });
    if (strangers.length > 0) throw new HttpProblem('device_mismatch', { errors: strangers });

    const errors: ItemError[] = [];
    const sent: { readonly index: number; readonly measurement: Measurement; readonly timestamp: string }[] = [];
    parsed.forEach((item, index) => {
      if (item.ok) sent.push({ index, measurement: item.measurement, timestamp: item.timestamp });
      else errors.push(...item.problems.map((problem) => itemError(index, problem)));
    });
    const refusedByShape = items.length - sent.length;
    if (refusedByShape > 0) sink.frameRejected(deviceId, firstWords(errors));

    // First, so that whoever takes the reading knows already which way its device comes in.
    presence.heard(deviceId, request.ip);
    const outcomes = sent.length === 0 ? [] : await sink.accept(sent.map((item) => item.measurement));

    let stored = 0;
    let conflicts = 0;
    let rejected = refusedByShape;
    const results: Record<string, unknown>[] = [];
    sent.forEach(({ index, timestamp }, position) => {
      const outcome = outcomes[position];
      if (outcome === undefined) throw new Error(`the sink answered ${outcomes.length} outcomes for ${sent.length} measurements`);
      if (outcome.status === 'rejected' || outcome.status === 'conflict') {
        if (outcome.status === 'conflict') conflicts += 1;
        else rejected += 1;
        errors.push(...outcome.problems.map((problem) => itemError(index, problem)));
        return;
      }
      if (outcome.status === 'stored') stored += 1;
      results.push(resultOf(index, deviceId, timestamp, outcome));
    });

    if (rejected + conflicts > 0) {
      errors.sort((a, b) => a.index - b.index);
      throw new HttpProblem(rejected > 0 ? 'reading_invalid' : 'reading_conflict', {
        detail: `${rejected + conflicts} of ${items.length} refused: ${firstWords(errors)}`,
        errors,
        accepted: stored,
        results,
      });
    }
    reply.code(stored > 0 ? 201 : 200).header('cache-control', 'no-store');
    return reply.send({ accepted: stored, results: results.map(({ index: _, ...result }) => result) });
  }
}

function resultOf(
  index: number,
  deviceId: string,
  timestamp: string,
  outcome: Extract<IntakeOutcome, { status: 'stored' | 'duplicate' }>,
): Record<string, unknown> {
  return {
    index,
    device_id: deviceId,
    timestamp,
    reading_id: outcome.readingId,
    ...(outcome.status === 'duplicate' ? { duplicate: true } : {}),
    predictions: Object.fromEntries(
      outcome.predictions.map(({ model, version, probability, level, missing }) => [
        model,
        { probability, level, model: `${model}@${version}`, missing },
      ]),
    ),
    alerts: outcome.alerts.map(({ alarmId, rule, priority, message }) => ({ alarm_id: alarmId, rule, priority, message })),
  };
}

function itemError(index: number, { field, code, limit, value, message }: FieldProblem): ItemError {
  return {
    index,
    field: payloadFieldOf(field),
    code,
    ...(limit === undefined ? {} : { limit }),
    ...(value === undefined ? {} : { value }),
    message,
  };
}

function mismatch(index: number, claimed: string, deviceId: string): ItemError {
  const message = `The token is that of ${deviceId}; this reading says it is from ${claimed}.`;
  return { index, field: 'device_id', code: 'device_mismatch', limit: deviceId, value: claimed, message };
}

/** The first error in words, for a person who looks at one line. */
function firstWords(errors: readonly ItemError[]): string {
  const first = errors[0];
  if (first === undefined) return 'no reason was given';
  const known = [first.limit, first.value === undefined ? undefined : `got ${JSON.stringify(first.value)}`];
  const missing = known.filter((part) => part !== undefined && !first.message.includes(part.replace(/^got /, '')));
  return missing.length === 0 ? first.message : `${first.message} (${missing.join(', ')})`;
}

function seconds(ms: number): number {
  return Math.max(1, Math.ceil(ms / 1000));
}
