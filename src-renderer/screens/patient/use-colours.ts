// The colours of the scheme on screen.
import { useComputedColorScheme } from '@mantine/core';
import { CHART_COLOURS, type ChartColours } from '../../charts/palette.ts';
import type { Scheme } from '../../colours.ts';

export const useScheme = (): Scheme => useComputedColorScheme('light');

export const useColours = (): ChartColours => CHART_COLOURS[useScheme()];
