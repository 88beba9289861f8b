// Never the wrong patient: a reading belongs to who wore the device when it was taken, whatever has been bound since.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Patient } from '../../src-main/contract/models.ts';
import type { VitalKind } from '../../src-main/vitals/kinds.ts';
import { caller, type DrivenConsole, openDrivenConsole, PASSWORD, wearableName } from './driven-console.ts';

const MINUTE_MS = 60_000;
const SOON = { timeout: 30_000, interval: 50 };

describe('two patients with two wearables and two network devices', () => {
  let driven: DrivenConsole;
  let ada: Patient;
  let ben: Patient;
  const nurse = caller('desktop');
  const bands: string[] = [];
  /** The test's "now": what happens at minutes before it is told by number. */
  const nowMs = Date.now();
  const ago = (minutes: number): number => nowMs - minutes * MINUTE_MS;

  async function history({ patientId }: Patient, kind: VitalKind): Promise<(number | null)[]> {
    const period = { fromMs: ago(24 * 60), toMs: Date.now() + MINUTE_MS };
    const [series] = await driven.send(nurse, 'reading.history', { patientId, kinds: [kind], ...period, maxPoints: 10_000 });
    return (series?.mean ?? []).filter((value) => value !== null);
  }

  async function current({ patientId }: Patient, kind: VitalKind) {
    return (await driven.send(nurse, 'patient.live', { patientId })).values.find((value) => value.kind === kind);
  }

  beforeAll(async () => {
    driven = await openDrivenConsole();
    const first = { userName: 'nora', displayName: 'Nora', password: PASSWORD, clinicName: 'Test clinic', timeZone: 'UTC' };
    await driven.send(nurse, 'setup.firstUser', first);
    ada = await driven.send(nurse, 'patient.add', { mrn: '1001', name: 'Ada', birthDate: '1960-05-01', sex: 'female' });
    ben = await driven.send(nurse, 'patient.add', { mrn: '1002', name: 'Ben', birthDate: '1950-01-02', sex: 'male' });
    for (const [deviceId, { patientId }] of [
      ['NET-1', ada],
      ['NET-2', ben],
    ] as const) {
      await driven.send(nurse, 'device.add', { deviceId });
      await driven.send(nurse, 'device.bind', { deviceId, patientId, fromMs: ago(120) });
    }
  }, 60_000);
  afterAll(() => driven.close(), 60_000);

  it('streaming at the same time, each wearable’s values reach its own wearer only', { timeout: 90_000 }, async () => {
    await driven.send(nurse, 'bluetooth.scan', { on: true });
    for (const [index, { patientId }] of [ada, ben].entries()) {
      const found = async () =>
        (await driven.send(nurse, 'bluetooth.found', {})).find(({ name }) => name === wearableName(index));
      await expect.poll(found, SOON).toBeDefined();
      const { deviceId } = await driven.send(nurse, 'bluetooth.pair', { address: (await found())?.address ?? '' });
      bands.push(deviceId);
      await driven.send(nurse, 'device.bind', { deviceId, patientId });
    }
    await driven.send(nurse, 'bluetooth.scan', { on: false });
    const heardFrom = (of: Patient) =>
      driven
        .heard('values.changed')
        .filter(({ patientId }) => patientId === of.patientId)
        .flatMap(({ values }) => values.map(({ deviceId }) => deviceId));
    await expect.poll(() => Math.min(heardFrom(ada).length, heardFrom(ben).length), SOON).toBeGreaterThan(10);
    expect([[...new Set(heardFrom(ada))], [...new Set(heardFrom(ben))]]).toEqual([[bands[0]], [bands[1]]]);
    expect(await current(ada, 'spo2')).toMatchObject({ deviceId: bands[0] });
    expect(await current(ben, 'spo2')).toMatchObject({ deviceId: bands[1] });
  });

  it('readings of network devices go to who wears them', async () => {
    await driven.reading('NET-1', ago(100), { glucose: 101 });
    await driven.reading('NET-2', ago(100), { glucose: 202 });
    expect([await history(ada, 'glucose'), await history(ben, 'glucose')]).toEqual([[101], [202]]);
  });

  it('a device given to the next patient fills its gaps at who wore it then, once a person has said so of the former’s', async () => {
    await driven.send(nurse, 'device.unbind', { deviceId: 'NET-2' });
    await driven.send(nurse, 'device.bind', { deviceId: 'NET-1', patientId: ben.patientId, fromMs: ago(60) });
    expect(await driven.reading('NET-1', ago(90), { glucose: 111 })).toMatchObject({ status: 'stored' });
    expect(await driven.reading('NET-1', ago(30), { glucose: 222 })).toMatchObject({ status: 'stored' });
    const edge = await driven.reading('NET-1', ago(60), { glucose: 223 });
    expect(edge).toMatchObject({ status: 'stored' });
    // Kept since, or Ben's by a clock that is half an hour behind: a person knows.
    expect(await history(ada, 'glucose')).toEqual([101]);
    const span = { deviceId: 'NET-1', isDoubtful: true, fromMs: ago(90), toMs: ago(90) };
    await driven.send(nurse, 'unclaimed.claim', { ...span, patientId: ada.patientId });
    expect(await history(ada, 'glucose')).toEqual([101, 111]);
    expect((await history(ben, 'glucose')).sort()).toEqual([202, 222, 223]);
  });

  it('its live values become the next patient’s, and not one the former’s', { timeout: 60_000 }, async () => {
    const before = driven.events.length;
    await driven.reading('NET-1', Date.now(), { temperature: 38.4 });
    await expect.poll(async () => (await current(ben, 'temperature'))?.value, SOON).toBe(38.4);
    expect(await current(ada, 'temperature')).toBeUndefined();
    const toldOf = () =>
      driven.events
        .slice(before)
        .flatMap((event) => (event.name === 'values.changed' ? [event.payload] : []))
        .filter(({ values }) => values.some(({ deviceId }) => deviceId === 'NET-1'))
        .map(({ patientId }) => patientId);
    await expect.poll(toldOf, SOON).not.toEqual([]);
    expect([...new Set(toldOf())]).toEqual([ben.patientId]);
  });

  it('an alarm is raised for who wears the device now, and none for who wore it', async () => {
    const outcome = await driven.reading('NET-1', Date.now(), { temperature: 40.6 });
    expect(outcome).toMatchObject({ status: 'stored', alerts: [{ rule: 'temperature-very-high' }] });
    const rules = async ({ patientId }: Patient) =>
      (await driven.send(nurse, 'alarm.list', { patientId })).map(({ rule }) => rule);
    expect(await rules(ben)).toContain('temperature-very-high');
    expect(await rules(ada)).not.toContain('temperature-very-high');
  });

  it('dated to the former wearer’s time and received after it, a reading is nobody’s and alarms nobody until a person claims it', async () => {
    const outcome = await driven.reading('NET-1', ago(80), { glucose: 40, spo2: 80 });
    expect(outcome).toMatchObject({ status: 'stored', alerts: [] });
    const missing = 'predictions' in outcome ? outcome.predictions.map((each) => each.missing) : [];
    expect(missing).toEqual([['patient'], ['patient'], ['patient']]);
    expect(await history(ada, 'glucose')).toEqual([101, 111]);
    const spans = await driven.send(nurse, 'unclaimed.list', {});
    expect(spans).toContainEqual(expect.objectContaining({ deviceId: 'NET-1', isDoubtful: true, fromMs: ago(80), count: 1 }));
    const span = { deviceId: 'NET-1', isDoubtful: true, fromMs: ago(80), toMs: ago(80) };
    await driven.send(nurse, 'unclaimed.claim', { ...span, patientId: ada.patientId });
    const low = driven.heard('alarm.changed').filter(({ rule }) => rule === 'glucose-very-low');
    expect(low).toEqual([]);
    expect(await history(ada, 'glucose')).toEqual([101, 111, 40]);
    expect(await current(ada, 'glucose')).not.toMatchObject({ value: 40 });
  });

  it('taken while nobody wore it, a reading is nobody’s until somebody is said to have worn it', async () => {
    await driven.send(nurse, 'device.add', { deviceId: 'NET-3' });
    const unworn = await driven.reading('NET-3', ago(5), { glucose: 303 });
    expect(unworn).toMatchObject({ status: 'stored', alerts: [] });
    expect('predictions' in unworn && unworn.predictions.some(({ probability }) => probability !== null)).toBe(false);
    expect([...(await history(ada, 'glucose')), ...(await history(ben, 'glucose'))]).not.toContain(303);
    await driven.send(nurse, 'device.bind', { deviceId: 'NET-3', patientId: ada.patientId, fromMs: ago(10) });
    expect(await history(ada, 'glucose')).toContain(303);
    expect(await history(ben, 'glucose')).not.toContain(303);
  });

  it('bound to the wrong patient and put right, its values and alarms are the right one’s only', async () => {
    await driven.send(nurse, 'device.add', { deviceId: 'NET-4' });
    await driven.send(nurse, 'device.bind', { deviceId: 'NET-4', patientId: ada.patientId, fromMs: ago(3) });
    const low = await driven.reading('NET-4', Date.now() - MINUTE_MS, { respiratoryRate: 5 });
    expect(low).toMatchObject({ alerts: [{ rule: 'respiratory-rate-very-low' }] });
    expect(await current(ada, 'respiratoryRate')).toMatchObject({ value: 5, deviceId: 'NET-4' });
    const before = driven.events.length;
    await driven.send(nurse, 'device.bind', { deviceId: 'NET-4', patientId: ben.patientId, fromMs: ago(3) });
    expect(await current(ada, 'respiratoryRate')).not.toMatchObject({ deviceId: 'NET-4' });
    await expect.poll(() => current(ben, 'respiratoryRate'), SOON).toMatchObject({ value: 5, deviceId: 'NET-4' });
    const told = driven.events
      .slice(before)
      .flatMap((event) =>
        event.name === 'values.changed' && event.payload.patientId === ada.patientId ? event.payload.values : [],
      );
    expect(told.filter(({ deviceId }) => deviceId === 'NET-4')).toEqual([]);
    const alarm = (await driven.send(nurse, 'alarm.list', { patientId: ada.patientId })).find(
      ({ rule }) => rule === 'respiratory-rate-very-low',
    );
    expect(alarm).toMatchObject({ state: 'latched' });
  });

  it('bound to the wrong patient and put right, its risk is the right one’s only, on the screens too', async () => {
    await driven.send(nurse, 'device.add', { deviceId: 'NET-8' });
    await driven.send(nurse, 'device.bind', { deviceId: 'NET-8', patientId: ada.patientId, fromMs: ago(3) });
    const ids = async ({ patientId }: Patient): Promise<string[]> => {
      const ask = { patientId, model: 'diabetes', fromMs: ago(24 * 60), toMs: Date.now() + MINUTE_MS } as const;
      return (await driven.send(nurse, 'prediction.list', ask)).map(({ predictionId }) => predictionId);
    };
    const known = [...(await ids(ada)), ...(await ids(ben))];
    const atMs = Date.now() - MINUTE_MS;
    await driven.reading('NET-8', atMs, { glucose: 290 });
    const isOfIt = (id: string): boolean => !known.includes(id) && id.includes(`.${atMs.toString(36)}.`);
    const wrong = (await ids(ada)).find(isOfIt);
    expect([wrong !== undefined, (await ids(ben)).some(isOfIt)]).toEqual([true, false]);
    const before = driven.events.length;
    await driven.send(nurse, 'device.bind', { deviceId: 'NET-8', patientId: ben.patientId, fromMs: ago(3) });
    expect([(await ids(ada)).some(isOfIt), (await ids(ben)).some(isOfIt)]).toEqual([false, true]);
    const told = () =>
      driven.events
        .slice(before)
        .flatMap(({ name, payload }) => ('patientId' in payload ? [`${name} ${payload.patientId}`] : []));
    for (const { patientId } of [ada, ben]) {
      await expect.poll(told, SOON).toContain(`predictions.stand ${patientId}`);
      await expect.poll(told, SOON).toContain(`history.changed ${patientId}`);
    }
    const receipt = await driven.send(nurse, 'prediction.receipt', { predictionId: wrong ?? '' });
    expect(receipt.withdrawn).toMatchObject({ by: 'Nora' });
  });

  it('a device bound at the moment of a discharge is nobody’s after it', async () => {
    const carl = await driven.send(nurse, 'patient.add', { mrn: '1003', name: 'Carl', birthDate: '1940-01-02', sex: 'male' });
    const { patientId } = carl;
    for (const deviceId of ['NET-5', 'NET-6', 'NET-7']) await driven.send(nurse, 'device.add', { deviceId });
    await driven.send(nurse, 'device.bind', { deviceId: 'NET-5', patientId });
    await Promise.allSettled([
      driven.send(nurse, 'patient.discharge', { patientId }),
      driven.send(nurse, 'device.bind', { deviceId: 'NET-6', patientId }),
    ]);
    await expect(driven.send(nurse, 'device.bind', { deviceId: 'NET-7', patientId })).rejects.toThrow(
      'Carl has been discharged.',
    );
    const again = await driven.reading('NET-6', Date.now(), { spo2: 70 });
    expect(again).toMatchObject({ status: 'stored', alerts: [] });
    await driven.send(nurse, 'patient.readmit', { patientId });
    const worn = (await driven.send(nurse, 'device.list', {})).filter(({ boundTo }) => boundTo?.patientId === patientId);
    expect(worn).toEqual([]);
    await driven.send(nurse, 'patient.discharge', { patientId });
  });

  it('somebody readmitted comes back with what the store knows of them', async () => {
    const { patientId } = ben;
    await driven.send(nurse, 'patient.discharge', { patientId });
    expect((await driven.send(nurse, 'patient.live', { patientId })).values).toEqual([]);
    await driven.send(nurse, 'patient.readmit', { patientId });
    expect(await current(ben, 'temperature')).toMatchObject({ value: 40.6, deviceId: 'NET-1' });
  });

  it('the export of one patient holds no reading of the other', { timeout: 60_000 }, async () => {
    const csvOf = async ({ patientId }: Patient): Promise<string> => {
      const ask = { patientId, fromMs: ago(24 * 60), toMs: Date.now() + 1, format: 'csv' } as const;
      const { base64 } = await driven.send(nurse, 'report.create', ask);
      return Buffer.from(base64, 'base64').toString();
    };
    const [adas, bens] = [await csvOf(ada), await csvOf(ben)];
    const at = (minutes: number): string => new Date(ago(minutes)).toISOString();
    for (const [text, own, foreign] of [
      [adas, [at(90), at(80), at(5)], [at(60), at(30)]],
      [bens, [at(60), at(30)], [at(90), at(80), at(5)]],
    ] as const) {
      for (const time of own) expect(text).toContain(`reading,${time}`);
      for (const time of foreign) expect(text).not.toContain(`reading,${time}`);
    }
    expect([adas.includes(bands[1] ?? ''), bens.includes(bands[0] ?? '')]).toEqual([false, false]);
    expect(driven.wrongEvents).toEqual([]);
  });
});
