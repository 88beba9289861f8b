// How many of this screen's pixels a millimetre has: nominal, until somebody has held something of known width against it.
import { useLocalStorage } from '@mantine/hooks';
import { NOMINAL_PX_PER_MM } from '../../charts/ecg-sweep.ts';

/** Between a projector and a very dense screen that reports no density. */
const [LEAST, MOST] = [1.5, 12];

export interface PxPerMm {
  readonly pxPerMm: number;
  readonly calibrated: boolean;
  /** Null: back to nominal. */
  readonly setPxPerMm: (pxPerMm: number | null) => void;
}

export function usePxPerMm(): PxPerMm {
  const [stored, store, remove] = useLocalStorage<number>({ key: 'healthsense.pxPerMm', defaultValue: NOMINAL_PX_PER_MM });
  const sound = Number.isFinite(stored) && stored >= LEAST && stored <= MOST;
  const pxPerMm = sound ? stored : NOMINAL_PX_PER_MM;
  return {
    pxPerMm,
    calibrated: pxPerMm !== NOMINAL_PX_PER_MM,
    setPxPerMm: (next) => {
      if (next === null) remove();
      else store(Math.min(MOST, Math.max(LEAST, next)));
    },
  };
}
