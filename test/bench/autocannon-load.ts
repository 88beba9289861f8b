// The load by an ordinary load tool, autocannon: a whole HTTP client that builds every request and parses every answer.
import autocannon, { type Client } from 'autocannon';
import { nextBody } from './load-bodies.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import { timesOf } from './report.ts';

/** How often the tool looks whether its time is over; left at a second, the rounds would not be of equal length. */
const LOOK_EVERY_MS = 10;

/** @throws where a connection breaks or is opened anew: an answer would be missing. */
export async function runAutocannon(plan: LoadPlan): Promise<Omit<LoadResult, 'ownMicrosPerRequest'>> {
  const { port, devices, durationMs, requestsPerSecond } = plan;
  if (requestsPerSecond !== null) throw new Error('the load tool is only asked for full speed');
  // Kept one by one: the tool's own histogram knows whole milliseconds.
  const latenciesMs: number[] = [];
  const refused: Record<string, number> = {};
  let [firstAnswer, connected] = ['', 0];
  const startMs = performance.now();
  let lastMs = startMs;

  /** Called for each connection before it is opened. */
  function setupClient(client: Client): void {
    const device = devices[connected++];
    if (device === undefined) throw new Error('more connections than devices');
    const headers = { authorization: `Bearer ${device.token}`, 'content-type': 'application/json' };
    client.setHeadersAndBody(headers, nextBody(plan, device));
    client.on('response', (status, _bytes, tookMs) => {
      lastMs = performance.now();
      latenciesMs.push(tookMs);
      if (status !== 201) refused[status] = (refused[status] ?? 0) + 1;
      client.setBody(nextBody(plan, device));
    });
  }

  const { errors, requests } = await autocannon({
    url: `http://127.0.0.1:${port}/api/healthdata`,
    method: 'POST',
    connections: devices.length,
    duration: durationMs / 1000,
    sampleInt: LOOK_EVERY_MS,
    setupClient,
    verifyBody: (body) => {
      firstAnswer ||= String(body);
      return true;
    },
  });
  const answered = latenciesMs.length;
  const unanswered = requests.sent - answered;
  if (errors > 0 || unanswered > devices.length)
    throw new Error(`${errors} connections broke, ${unanswered} requests have no answer`);
  const perSecond = (answered * 1000) / (lastMs - startMs);
  return { requests: answered, unanswered, requestsPerSecond: perSecond, refused, firstAnswer, ...timesOf(latenciesMs) };
}
