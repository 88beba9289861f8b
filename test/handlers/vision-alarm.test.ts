// The vision worker killed in mid-run: a technical alarm while it is down, none once it is back, and threshold alarms all the while.
import { expect, it, onTestFinished } from 'vitest';
import { StatusDesk } from '../../src-main/handlers/status.ts';
import { lesionLike } from '../../src-main/hosts/demo-pictures.ts';
import { modelsDir } from '../../src-main/installation.ts';
import { Vision } from '../../src-main/threads/vision.ts';
import { bench } from '../alarms/bench.ts';

it('raises a technical alarm, clears it when the photo has been run again, and pauses no threshold alarm', {
  timeout: 60_000,
}, async () => {
  const { alarms, hear, run, told, open } = bench();
  const never = (): never => {
    throw new Error('not asked here');
  };
  const log = { error: never, warn: never };
  const desk = new StatusDesk({ reads: {} as never, engine: never, bluetooth: never, alarms, dataDir: '', now: Date.now, log });
  const vision = new Vision({
    modelsDir: modelsDir(),
    onProblem: (problem) => {
      desk.visionChanged(problem);
      if (problem !== '') for (let times = 0; times < 3; times += 1) hear({ spo2: 80 });
    },
  });
  onTestFinished(() => vision.stop());
  await vision.info();
  const answer = vision.assess(lesionLike(0, 448));
  await Promise.resolve();
  await vision.kill();
  expect((await answer).run).not.toBeNull();
  const raised = told.filter(({ rule }) => rule === 'vision-down');
  expect(raised[0]).toMatchObject({
    category: 'technical',
    priority: 'low',
    state: 'active',
    message: 'Skin photos cannot be assessed',
  });
  expect(told.some(({ category, patientId }) => category === 'physiological' && patientId === 1)).toBe(true);
  run(6);
  expect(open().filter((each) => each.startsWith('vision-down'))).toEqual([]);
});
