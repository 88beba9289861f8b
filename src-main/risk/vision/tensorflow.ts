// TensorFlow.js in the vision worker: the fastest backend that works here, and one network on it.
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import type * as TensorFlow from '@tensorflow/tfjs';

export type Tf = typeof TensorFlow;

export interface Runtime {
  readonly tf: Tf;
  /** In words for the screen: what the network runs on. */
  readonly backend: string;
}

/**
 * The native library where it is installed and proves itself on a small sum, WebAssembly everywhere else.
 * @throws Error where neither can be started
 */
export async function startTensorFlow(): Promise<Runtime> {
  const native = await tryNative();
  if (native !== null) return native;
  const tf = await import('@tensorflow/tfjs');
  tf.enableProdMode();
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  setWasmPaths(`${wasmFolder()}${sep}`);
  if (!(await tf.setBackend('wasm'))) throw new Error('TensorFlow.js could not start its WebAssembly backend');
  await tf.ready();
  const simd = (await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) === true;
  return { tf, backend: `TensorFlow.js ${tf.version.tfjs}, WebAssembly${simd ? ' (SIMD)' : ''}` };
}

/** @tensorflow/tfjs-node 4.22 needs a library its install script fetches, and functions that Node 23 has removed: tried, never trusted. */
async function tryNative(): Promise<Runtime | null> {
  try {
    const tf: Tf = await import('@tensorflow/tfjs-node');
    const sum = tf.tidy(() =>
      tf
        .conv2d(tf.ones([1, 2, 2, 1]) as TensorFlow.Tensor4D, tf.ones([2, 2, 1, 1]) as TensorFlow.Tensor4D, 1, 'valid')
        .dataSync(),
    );
    return sum[0] === 4 && tf.getBackend() === 'tensorflow'
      ? { tf, backend: `TensorFlow.js ${tf.version.tfjs}, native library` }
      : null;
  } catch {
    return null;
  }
}

/** Where the .wasm files are: beside the module, and outside the archive in an installed package. */
function wasmFolder(): string {
  const folder = dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'));
  return folder.replace(`app.asar${sep}`, `app.asar.unpacked${sep}`);
}
