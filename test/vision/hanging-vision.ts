// Stands in for the skin model: never comes to an end.
import type { VisionModel } from '../../src-main/risk/vision/port.ts';

export async function loadVision(): Promise<VisionModel> {
  const info = {
    state: 'ready',
    problem: '',
    title: '',
    version: '',
    kind: '',
    sha256: '',
    thresholds: null,
    defaultThresholds: null,
    performance: '',
    population: '',
    licence: '',
    backend: '',
  } as const;
  return {
    info,
    assess: () => {
      for (;;);
    },
  };
}
