// Run by the kill test: stores readings as fast as it can through the engine and prints each one only after it is acknowledged.
import { Engine } from '../../src-main/threads/engine.ts';
import { measurement, T0 } from './measurement.ts';

const [databasePath = '', firstText = '0'] = process.argv.slice(2);
const engine = new Engine({
  databasePath,
  modelsModule: new URL('../threads/fake-models.ts', import.meta.url).href,
  modelsDir: 'ok',
});
await engine.start();
const ada = { mrn: '1001', name: 'Ada', birthDate: '1960-05-01', sex: 'female', location: '', note: '' } as const;
if (firstText === '0') {
  const { patientId } = await engine.store.addPatient({ actor: 'test', atMs: T0 - 1000, patient: ada });
  await engine.store.putDevice({ actor: 'test', atMs: T0 - 1000, deviceId: 'HEALTH01', transport: 'http' });
  await engine.store.bind({ actor: 'test', atMs: T0 - 1000, deviceId: 'HEALTH01', patientId });
}
process.stdout.write('ready\n');

let next = Number(firstText);
async function storeOneAfterAnother(): Promise<void> {
  for (;;) {
    const sequence = next++;
    const { outcomes } = await engine.store.storeReadings({
      batch: [measurement({ takenAtMs: T0 + sequence * 10, sequence, values: { heartRate: 60 + (sequence % 40) } })],
    });
    const [outcome] = outcomes;
    if (outcome?.status === 'stored') process.stdout.write(`${sequence} ${outcome.readingId}\n`);
  }
}
await Promise.all(Array.from({ length: 16 }, storeOneAfterAnother));
