// The chart colours of the scheme on screen.
import { useComputedColorScheme } from '@mantine/core';
import { CHART_COLOURS, type ChartColours } from '../../charts/palette.ts';

export const useColours = (): ChartColours => CHART_COLOURS[useComputedColorScheme('light')];
