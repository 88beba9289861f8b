// The load by Node's own fetch: what a gateway or a device written in JavaScript would send with.
import { nextBody } from './load-bodies.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import { timesOf } from './report.ts';

/** @throws where a connection breaks. */
export async function runFetch(plan: LoadPlan): Promise<Omit<LoadResult, 'ownMicrosPerRequest'>> {
  const { port, devices, durationMs, requestsPerSecond } = plan;
  if (requestsPerSecond !== null) throw new Error('fetch is only asked for full speed');
  const latenciesMs: number[] = [];
  const refused: Record<string, number> = {};
  let firstAnswer = '';
  const startMs = performance.now();
  await Promise.all(
    devices.map(async (device) => {
      const headers = { authorization: `Bearer ${device.token}`, 'content-type': 'application/json' };
      for (;;) {
        const sentMs = performance.now();
        if (sentMs - startMs >= durationMs) return;
        const answer = await fetch(`http://127.0.0.1:${port}/api/healthdata`, {
          method: 'POST',
          headers,
          body: nextBody(plan, device),
        });
        const body = await answer.text();
        latenciesMs.push(performance.now() - sentMs);
        firstAnswer ||= body;
        if (answer.status !== 201) refused[answer.status] = (refused[answer.status] ?? 0) + 1;
      }
    }),
  );
  const requests = latenciesMs.length;
  const perSecond = (requests * 1000) / (performance.now() - startMs);
  return { requests, unanswered: 0, requestsPerSecond: perSecond, refused, firstAnswer, ...timesOf(latenciesMs) };
}
