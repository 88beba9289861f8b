// Readings over MQTT, QoS 1, through the console's own broker: what a device waits for is the PUBACK that follows the commit.
import { checkStored, NOTHING, plus, prepareData } from './prepared-data.ts';
import { type Row, row } from './report.ts';
import type { Workplace } from './workplace.ts';

const DEVICES = 32;

export async function mqtt(place: Workplace): Promise<readonly Row[]> {
  const data = prepareData(place.newFolder(), { live: DEVICES });
  const server = await place.server('console', data.dataDir);
  if (server.mqttPort === null) throw new Error('the console has no broker');
  const generator = place.loadGenerator();
  const rows: Row[] = [];
  let acknowledged = NOTHING;
  for (const devices of [1, DEVICES]) {
    const plan = {
      by: 'mqtt',
      port: server.mqttPort,
      devices: data.live.slice(0, devices),
      readingsPerRequest: 1,
      fromMs: null,
      requestsPerSecond: null,
    } as const;
    acknowledged = plus(acknowledged, await generator.run({ ...plan, durationMs: place.quick ? 500 : 1000 }));
    const result = await generator.run({ ...plan, durationMs: place.quick ? 1000 : 4000 });
    acknowledged = plus(acknowledged, result);
    const title = `QoS 1, three predictions, ${devices === 1 ? '1 device' : `${devices} devices`}`;
    rows.push(row('mqtt', title, result.requestsPerSecond, 'messages/s', result));
  }
  await generator.stop();
  await server.stop();
  checkStored(data.dataDir, data.readings, acknowledged);
  return rows;
}
