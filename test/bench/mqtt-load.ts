// The load over MQTT: one client per device, QoS 1, the next message when the one before it is acknowledged.
import { connectAsync } from 'mqtt';
import { nextBody } from './load-bodies.ts';
import type { LoadPlan, LoadResult } from './load-plan.ts';
import { timesOf } from './report.ts';

export async function runMqtt(plan: LoadPlan): Promise<Omit<LoadResult, 'ownMicrosPerRequest'>> {
  const { port, devices, durationMs } = plan;
  const url = `mqtt://127.0.0.1:${port}`;
  const clients = await Promise.all(
    devices.map(({ deviceId, token }) =>
      connectAsync(url, { clientId: deviceId, username: deviceId, password: token, reconnectPeriod: 0 }, false),
    ),
  );
  const latenciesMs: number[] = [];
  const startMs = performance.now();
  const endMs = startMs + durationMs;
  await Promise.all(
    devices.map(async (device, index) => {
      const topic = `healthsense/${device.deviceId}/readings`;
      for (;;) {
        const sentMs = performance.now();
        if (sentMs >= endMs) return;
        await clients[index]?.publishAsync(topic, nextBody(plan, device), { qos: 1 });
        latenciesMs.push(performance.now() - sentMs);
      }
    }),
  );
  const seconds = (performance.now() - startMs) / 1000;
  await Promise.all(clients.map((client) => client.endAsync()));
  const requests = latenciesMs.length;
  return {
    requests,
    unanswered: 0,
    requestsPerSecond: requests / seconds,
    refused: {},
    firstAnswer: '',
    ...timesOf(latenciesMs),
  };
}
