// The vision thread: TensorFlow.js and the skin model, apart from everything that stores or alarms.
import { parentPort, workerData } from 'node:worker_threads';
import type { VisionModel, VisionPort } from '../risk/vision/port.ts';
import type { Remote } from '../store/ports.ts';
import { type Answer, type Call, dispatch, type Hello, type StopRequest, toWire } from './wire.ts';

export interface VisionWorkerData {
  readonly modelsDir: string;
  /** URL of a module that exports `loadVision`. */
  readonly visionModule: string;
}

export type ToVision = Call<VisionPort> | StopRequest;
export type FromVision = Hello | Answer;

interface VisionModule {
  readonly loadVision: (modelsDir: string) => Promise<VisionModel>;
}

function isVisionModule(module: unknown): module is VisionModule {
  return typeof module === 'object' && module !== null && 'loadVision' in module && typeof module.loadVision === 'function';
}

async function run(data: VisionWorkerData, send: (message: FromVision) => void): Promise<void> {
  const module: unknown = await import(data.visionModule);
  if (!isVisionModule(module)) throw new Error(`${data.visionModule} has no loadVision`);
  const model = await module.loadVision(data.modelsDir);
  const target: Remote<VisionPort> = {
    info: () => Promise.resolve(model.info),
    assess: (square) => model.assess(square),
  };
  parentPort?.on('message', (message: ToVision) => {
    if (message.type === 'stop') {
      parentPort?.close();
      return;
    }
    const { seq } = message;
    dispatch<VisionPort>(target, message)
      .then((result) => send({ type: 'answer', seq, ok: true, result }))
      .catch((error: unknown) => send({ type: 'answer', seq, ok: false, error: toWire(error) }));
  });
  send({ type: 'ready', problems: model.info.state === 'unusable' ? [model.info.problem] : [] });
}

if (parentPort !== null) {
  const port = parentPort;
  const send = (message: FromVision): void => port.postMessage(message);
  try {
    await run(workerData as VisionWorkerData, send);
  } catch (error) {
    send({ type: 'unready', error: toWire(error) });
    port.close();
  }
}
