// Where on the skin: the regions a body map offers, left and right as the patient's own.

export const SKIN_REGIONS = [
  'scalp',
  'face',
  'ear-left',
  'ear-right',
  'neck-front',
  'neck-back',
  'chest-left',
  'chest-right',
  'abdomen',
  'groin',
  'upper-back-left',
  'upper-back-right',
  'lower-back',
  'buttock-left',
  'buttock-right',
  'upper-arm-left-front',
  'upper-arm-left-back',
  'upper-arm-right-front',
  'upper-arm-right-back',
  'forearm-left-front',
  'forearm-left-back',
  'forearm-right-front',
  'forearm-right-back',
  'hand-left-palm',
  'hand-left-back',
  'hand-right-palm',
  'hand-right-back',
  'thigh-left-front',
  'thigh-left-back',
  'thigh-right-front',
  'thigh-right-back',
  'lower-leg-left-front',
  'lower-leg-left-back',
  'lower-leg-right-front',
  'lower-leg-right-back',
  'foot-left-top',
  'foot-left-sole',
  'foot-right-top',
  'foot-right-sole',
] as const;

export type SkinRegion = (typeof SKIN_REGIONS)[number];

/** `forearm-left-back` → `Left forearm, back`. */
export function skinRegionWords(region: SkinRegion): string {
  const sides = /-(left|right)(?=-|$)/.exec(region)?.[1];
  const views = /-(front|back|palm|top|sole)$/.exec(region)?.[1];
  const name = region
    .replace(/-(left|right)(?=-|$)/, '')
    .replace(/-(front|back|palm|top|sole)$/, '')
    .replaceAll('-', ' ');
  const isBackItself = region.startsWith('lower-back') || region.startsWith('upper-back');
  const bare = isBackItself ? `${region.split('-')[0]} back` : name;
  const sided = sides === undefined ? bare : `${sides} ${bare}`;
  const words = sided.charAt(0).toUpperCase() + sided.slice(1);
  return views === undefined || isBackItself ? words : `${words}, ${views}`;
}
