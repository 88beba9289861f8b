// The look of Mantine's parts: fonts, sizes and the colours of `colours.ts` as CSS variables of both schemes.
import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';
import { ALARM_TONES, type Scheme, SURFACES, VITAL_HUES } from './colours.ts';

export { alarmTone, riskTone, type Scheme, SURFACES, vitalColor, vitalColorVar } from './colours.ts';

const brand: MantineColorsTuple = [
  '#e8f3f6',
  '#d2e5eb',
  '#a6cbd7',
  '#77b0c2',
  '#4f97ae',
  '#267990',
  '#146c87',
  '#0e5c74',
  '#0a4b60',
  '#073a4b',
];

const slate: MantineColorsTuple = [
  '#e8edf1',
  '#c9d3db',
  '#a3b1bd',
  '#7d8c99',
  '#54636f',
  '#3d4a55',
  '#27323b',
  '#182027',
  '#121920',
  '#0f151a',
];

const FONT_STACK =
  '"Segoe UI Variable Text", "Segoe UI", "SF Pro Text", -apple-system, BlinkMacSystemFont, Inter, Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

export const theme = createTheme({
  primaryColor: 'brand',
  primaryShade: { light: 6, dark: 5 },
  autoContrast: true,
  colors: { brand, dark: slate },
  fontFamily: FONT_STACK,
  headings: { fontFamily: FONT_STACK, fontWeight: '650' },
  fontSizes: { xs: '0.8125rem', sm: '0.9375rem', md: '1rem', lg: '1.125rem', xl: '1.375rem' },
  defaultRadius: 'md',
  radius: { sm: '4px', md: '8px', lg: '12px' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } },
    Button: { defaultProps: { fw: 600 } },
    Modal: {
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.45 }, closeButtonProps: { 'aria-label': 'Close' } },
      styles: {
        content: { background: 'var(--hs-card)', border: '1px solid var(--hs-line)' },
        header: { background: 'var(--hs-card)' },
        title: { fontSize: '1.125rem', fontWeight: 650, lineHeight: 1.25, overflowWrap: 'anywhere' },
      },
    },
    Tooltip: { defaultProps: { withArrow: true, openDelay: 250, events: { hover: true, focus: true, touch: true } } },
    Table: { defaultProps: { verticalSpacing: 'sm', horizontalSpacing: 'md' } },
    PasswordInput: { defaultProps: { visibilityToggleButtonProps: { 'aria-label': 'Show or hide the password' } } },
  },
});

/** Where one is, and what is well: the brand's own wash. */
const HERE: Readonly<Record<Scheme, { readonly wash: string; readonly text: string }>> = {
  light: { wash: '#d9eaf0', text: '#0a4b60' },
  dark: { wash: '#17343f', text: '#a6dbeb' },
};

function schemeVariables(scheme: Scheme): Record<string, string> {
  const surface = SURFACES[scheme];
  const here = HERE[scheme];
  const variables: Record<string, string> = {
    '--mantine-color-body': surface.page,
    '--mantine-color-text': surface.text,
    '--mantine-color-dimmed': surface.quiet,
    '--mantine-color-default-border': surface.line,
    '--mantine-color-placeholder': surface.quiet,
    '--mantine-color-error': ALARM_TONES.high[scheme].text,
    '--mantine-color-anchor': scheme === 'light' ? '#0e5c74' : '#77c6dd',
    '--mantine-color-brand-light': here.wash,
    '--mantine-color-brand-light-color': here.text,
    '--hs-here-wash': here.wash,
    '--hs-here-text': here.text,
    '--hs-medium-edge': scheme === 'light' ? '#d99a00' : '#ffc53d',
    '--mantine-color-red-light': ALARM_TONES.high[scheme].wash,
    '--mantine-color-red-light-color': ALARM_TONES.high[scheme].text,
    // Words in these stand on the card's own colour.
    '--mantine-color-red-outline': ALARM_TONES.high[scheme].text,
    '--mantine-color-yellow-outline': ALARM_TONES.medium[scheme].text,
    '--mantine-color-teal-outline': here.text,
    '--mantine-color-yellow-light': ALARM_TONES.medium[scheme].wash,
    '--mantine-color-yellow-light-color': ALARM_TONES.medium[scheme].text,
    '--hs-page': surface.page,
    '--hs-card': surface.card,
    '--hs-line': surface.line,
    '--hs-text': surface.text,
    '--hs-quiet': surface.quiet,
  };
  for (const [kind, hue] of Object.entries(VITAL_HUES)) variables[`--hs-${kind}`] = hue[scheme];
  for (const [priority, tones] of Object.entries(ALARM_TONES)) {
    for (const [part, color] of Object.entries(tones[scheme])) variables[`--hs-${priority}-${part}`] = color;
  }
  return variables;
}

export const cssVariablesResolver: CSSVariablesResolver = () => ({
  variables: {},
  light: schemeVariables('light'),
  dark: schemeVariables('dark'),
});
