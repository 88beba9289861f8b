// The ESP32 firmware's core: its own tests under sanitizers, its bytes against the TypeScript encoders, its error table against its README.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as encoders from '../../firmware/raspberry-pi/encoders.ts';
import { EcgDetector } from '../../firmware/raspberry-pi/estimation/ecg-detector.ts';
import { Oximeter } from '../../firmware/raspberry-pi/estimation/oximeter.ts';
import { encodeEcg, encodeRecord } from '../../firmware/raspberry-pi/healthsense-frames.ts';
import { Chance } from '../../firmware/raspberry-pi/random.ts';
import { VITAL_KINDS } from '../../src-main/vitals/kinds.ts';
import { toHex } from '../links/bluetooth/hex.ts';

const source = fileURLToPath(new URL('../../firmware/esp32/', import.meta.url));
const hasTools = ['cmake', 'c++'].every((tool) => spawnSync(tool, ['--version']).status === 0);
const BUILD_TIMEOUT_MS = 600_000;

interface Finished {
  readonly status: number | null;
  readonly output: string;
}

function run(program: string, args: readonly string[], input = ''): Finished {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  return { status, output: `${stdout}${stderr}` };
}

/** A record of each encoder as the line that `encode-lines` reads, and the bytes that TypeScript makes of it. */
function randomFrame(chance: Chance): { readonly line: string; readonly hex: string } {
  const maybe = (low: number, high: number): number | null =>
    chance.between(0, 1) < 0.1 ? null : Number(chance.between(low, high).toFixed(Math.floor(chance.between(0, 6))));
  const flag = (): boolean => chance.between(0, 1) < 0.5;
  const whole = (low: number, high: number): number => Math.floor(chance.between(low, high));
  const takenAtMs = whole(0, 4_102_444_800_000);
  const heart = {
    heartRatePerMin: chance.between(0, 400),
    contact: flag(),
    rrIntervalsMs: Array.from({ length: whole(0, 9) }, () => chance.between(200, 3000)),
  };
  const oximeter = {
    spo2Percent: maybe(-5, 105),
    pulseRatePerMin: maybe(0, 350),
    pulseAmplitudePercent: maybe(0, 30),
    questionable: flag(),
    lowPerfusion: flag(),
    offUser: flag(),
  };
  const cuff = {
    systolicMmHg: maybe(0, 400),
    diastolicMmHg: maybe(0, 300),
    meanMmHg: maybe(0, 2_000_000),
    pulseRatePerMin: maybe(-10, 300),
    movement: flag(),
    cuffLoose: flag(),
    irregularPulse: flag(),
    takenAtMs,
  };
  const cgm = {
    glucoseMgDl: maybe(0, 600),
    timeOffsetMinutes: whole(0, 65_536),
    trendMgDlPerMin: maybe(-12, 12),
    qualityPercent: maybe(0, 100),
  };
  const breath = { respiratoryRatePerMin: maybe(0, 90), sensorOff: flag(), movement: flag(), questionable: flag() };
  const temperature = { temperatureCel: maybe(-30, 60), takenAtMs };
  const percent = chance.between(-20, 130);
  const sent = VITAL_KINDS.flatMap((kind, bit) => (flag() ? [{ kind, bit, value: maybe(-50, 3_000) }] : []));
  const record = {
    sequence: whole(1, 2 ** 32),
    takenAtMs,
    quality: flag() ? 0 : whole(1, 4_096),
    values: Object.fromEntries(sent.map(({ kind, value }) => [kind, value])),
  };
  const ecg = {
    sampleIndex: whole(0, 2 ** 32),
    leadOff: flag(),
    saturated: flag(),
    samples: Array.from({ length: whole(0, 51) }, () => whole(-2_048, 2_048)),
  };
  const frames: readonly (readonly [string, Uint8Array, readonly unknown[]])[] = [
    ['encodeHeartRate', encoders.encodeHeartRate(heart), [heart.heartRatePerMin, heart.contact, ...heart.rrIntervalsMs]],
    ['encodeOximeter', encoders.encodeOximeter(oximeter), Object.values(oximeter)],
    ['encodeCuff', encoders.encodeCuff(cuff), Object.values(cuff)],
    ['encodeCgm', encoders.encodeCgm(cgm), Object.values(cgm)],
    ['encodeRespiration', encoders.encodeRespiration(breath), Object.values(breath)],
    ['encodeTemperature', encoders.encodeTemperature(temperature), Object.values(temperature)],
    ['encodeBattery', encoders.encodeBattery(percent), [percent]],
    ['encodeCurrentTime', encoders.encodeCurrentTime(takenAtMs), [takenAtMs]],
    ['encodeCgmStatus', encoders.encodeCgmStatus(cgm.timeOffsetMinutes), [cgm.timeOffsetMinutes]],
    ['encodeCgmSessionStart', encoders.encodeCgmSessionStart(takenAtMs), [takenAtMs]],
    ['encodeCgmFeatures', encoders.encodeCgmFeatures(), []],
    ['encodeOximeterFeatures', encoders.encodeOximeterFeatures(), []],
    [
      'encodeRecord',
      encodeRecord(record),
      [record.sequence, takenAtMs, record.quality, ...sent.flatMap(({ bit, value }) => [bit, value])],
    ],
    ['encodeEcg', encodeEcg(ecg), [ecg.sampleIndex, ecg.leadOff, ecg.saturated, ...ecg.samples]],
  ];
  const [encoder, bytes, fields] = frames[whole(0, frames.length)] ?? frames[0] ?? ['', new Uint8Array(), []];
  const words = fields.map((field) => (typeof field === 'boolean' ? Number(field) : String(field)));
  return { line: [encoder, ...words].join(' '), hex: toHex(bytes) };
}

/** Runs the TypeScript estimators over what `estimate-lines` prints. */
function compareEstimates(lines: readonly string[]) {
  const wrong: string[] = [];
  let [oximeter, detector, found] = [new Oximeter(), new EcgDetector(), null as number | null];
  let [readings, beats] = [0, 0];
  const isSame = (made: number | null, printed: string | undefined): boolean =>
    made === null ? printed?.includes('nan') === true : Math.abs(made - Number(printed)) < 1e-5;
  for (const line of lines) {
    const [what, ...fields] = line.split(' ');
    if (found !== null && what !== 'beat') wrong.push(`a beat at ${found}, before ${line}`);
    if (what === 'light') oximeter.add(Number(fields[0]), Number(fields[1]));
    if (what === 'ecg') found = detector.add(Number(fields[0]));
    else if (what === 'beat') {
      beats += 1;
      if (found === null || !isSame(found, fields[0])) wrong.push(`${line}, not ${found}`);
      found = null;
    } else if (what === 'reading') {
      readings += 1;
      const { spo2Percent, pulseRatePerMin, pulseAmplitudePercent, ...flags } = oximeter.reading();
      const numbers = [spo2Percent, pulseRatePerMin, pulseAmplitudePercent];
      const isRight = numbers.every((number, at) => isSame(number, fields[at]));
      const said = [flags.questionable, flags.lowPerfusion, flags.offUser].map(Number).join(' ');
      if (!isRight || said !== fields.slice(3).join(' ')) wrong.push(`${line}, not ${numbers.join(' ')} ${said}`);
    } else if (what === 'next') [oximeter, detector] = [new Oximeter(), new EcgDetector()];
  }
  return { wrong: wrong.slice(0, 5), readings, beats };
}

/** Rows of all Markdown tables: the first cell, and the numbers of the others. */
function tableRows(markdown: string): readonly { readonly name: string; readonly numbers: readonly number[] }[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|') && !line.startsWith('| -'))
    .map((line) => line.split('|').slice(1, -1))
    .map(([name = '', ...cells]) => ({ name: name.trim(), numbers: cells.map((cell) => Number.parseFloat(cell)) }));
}

describe.skipIf(!hasTools)('the ESP32 core (needs cmake and a C++ compiler)', () => {
  let build = '';

  beforeAll(() => {
    build = mkdtempSync(join(tmpdir(), 'healthsense-esp32-'));
    const configured = run('cmake', ['-S', source, '-B', build]);
    if (configured.status !== 0) throw new Error(configured.output);
    const built = run('cmake', ['--build', build, '--parallel', '2']);
    if (built.status !== 0) throw new Error(built.output);
  }, BUILD_TIMEOUT_MS);

  afterAll(() => rmSync(build, { recursive: true, force: true }));

  it(
    'passes its own tests under sanitizers',
    () => {
      const { status, output } = run('ctest', ['--test-dir', build, '--output-on-failure']);
      expect(output).toContain('100% tests passed');
      expect(status).toBe(0);
    },
    BUILD_TIMEOUT_MS,
  );

  it('makes the bytes of every golden frame', () => {
    const golden = ['golden', 'healthsense'].flatMap((name): unknown[] =>
      JSON.parse(readFileSync(join(source, `../protocol/${name}.json`), 'utf8')),
    );
    const { status, output } = run(join(build, 'golden-test'), []);
    expect(output).toContain(`${golden.length} golden frames`);
    expect(status).toBe(0);
  });

  it('makes the same bytes as the TypeScript encoders of 20,000 random records', () => {
    const chance = new Chance(0xe5932);
    const frames = Array.from({ length: 20_000 }, () => randomFrame(chance));
    const { status, output } = run(join(build, 'encode-lines'), [], `${frames.map(({ line }) => line).join('\n')}\n`);
    expect(status, output.slice(-2000)).toBe(0);
    const made = output.trimEnd().split('\n');
    expect(made).toHaveLength(frames.length);
    expect(frames.filter(({ hex }, at) => made[at] !== hex)).toEqual([]);
  });

  it('estimates what the TypeScript estimators of the Raspberry Pi estimate, on the same samples', () => {
    const { status, output } = run(join(build, 'estimate-lines'), []);
    expect(status).toBe(0);
    const tried = compareEstimates(output.trimEnd().split('\n'));
    expect(tried.wrong).toEqual([]);
    expect(tried.readings).toBeGreaterThan(400);
    expect(tried.beats).toBeGreaterThan(400);
  });

  it(
    'has its error table in the README as the program prints it',
    () => {
      const printed = tableRows(run(join(build, 'error-table'), []).output);
      const documented = new Map(
        tableRows(readFileSync(join(source, 'README.md'), 'utf8')).map(({ name, numbers }) => [
          `${name} ${numbers.length}`,
          numbers,
        ]),
      );
      expect(printed.length).toBeGreaterThan(15);
      for (const { name, numbers } of printed) {
        const known = documented.get(`${name} ${numbers.length}`);
        expect(known, name).toBeDefined();
        // Compilers may contract multiplications and additions differently.
        numbers.forEach((number, at) => {
          if (!Number.isNaN(number)) expect(Math.abs(number - (known?.[at] ?? Number.NaN)), name).toBeLessThanOrEqual(0.25);
        });
      }
    },
    BUILD_TIMEOUT_MS,
  );
});
