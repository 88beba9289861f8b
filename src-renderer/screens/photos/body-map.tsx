// Front and back of a body to point at; the same regions stand in a list beside it for who uses the keyboard.
import type { ReactElement } from 'react';
import { type SkinRegion, skinRegionWords } from '../../../src-main/vitals/skin-regions.ts';
import classes from './body-map.module.css';

/** x, y, width, height, corner radius in a view of 100 × 214. `-left`/`-right` are the patient's own: seen from the front they are mirrored. */
type Shape = readonly [number, number, number, number, number];

/** As seen on the viewer's left half of the front view, which is the patient's right; the other half mirrors it. */
const FRONT_PAIRS: Readonly<Record<string, Shape>> = {
  ear: [33, 17, 4, 9, 2],
  chest: [30, 44, 20, 26, 4],
  'upper-arm|front': [17, 45, 11, 33, 5],
  'forearm|front': [13, 80, 11, 31, 5],
  'hand|palm': [11, 113, 12, 17, 5],
  'thigh|front': [32, 115, 17, 42, 6],
  'lower-leg|front': [33, 159, 14, 38, 5],
  'foot|top': [30, 199, 17, 12, 5],
};
const BACK_PAIRS: Readonly<Record<string, Shape>> = {
  'upper-back': [30, 44, 20, 30, 4],
  buttock: [32, 98, 18, 18, 6],
  'upper-arm|back': [17, 45, 11, 33, 5],
  'forearm|back': [13, 80, 11, 31, 5],
  'hand|back': [11, 113, 12, 17, 5],
  'thigh|back': [32, 118, 17, 39, 6],
  'lower-leg|back': [33, 159, 14, 38, 5],
  'foot|sole': [30, 199, 17, 12, 5],
};
const FRONT_MIDDLE: Readonly<Partial<Record<SkinRegion, Shape>>> = {
  scalp: [38, 4, 24, 11, 9],
  face: [38, 16, 24, 19, 9],
  'neck-front': [43, 36, 14, 7, 2],
  abdomen: [32, 71, 36, 28, 4],
  groin: [32, 100, 36, 14, 5],
};
const BACK_MIDDLE: Readonly<Partial<Record<SkinRegion, Shape>>> = {
  scalp: [38, 4, 24, 29, 11],
  'neck-back': [43, 34, 14, 9, 2],
  'lower-back': [32, 75, 36, 22, 4],
};

interface Placed {
  readonly region: SkinRegion;
  readonly shape: Shape;
}

function placed(
  middle: Readonly<Partial<Record<SkinRegion, Shape>>>,
  pairs: Readonly<Record<string, Shape>>,
  onLeft: 'left' | 'right',
): readonly Placed[] {
  const sides = Object.entries(pairs).flatMap(([key, shape]) => {
    const [name = '', view] = key.split('|');
    const [x, y, width, height, radius] = shape;
    const region = (side: string): SkinRegion => [name, side, ...(view === undefined ? [] : [view])].join('-') as SkinRegion;
    const other = onLeft === 'left' ? 'right' : 'left';
    return [
      { region: region(onLeft), shape },
      { region: region(other), shape: [100 - x - width, y, width, height, radius] as const },
    ];
  });
  // The middle last: the face lies over the ears.
  const between = (Object.entries(middle) as [SkinRegion, Shape][]).map(([region, shape]) => ({ region, shape }));
  return [...sides, ...between];
}

const VIEWS = [
  { title: 'Front', regions: placed(FRONT_MIDDLE, FRONT_PAIRS, 'right'), left: 'R', right: 'L' },
  { title: 'Back', regions: placed(BACK_MIDDLE, BACK_PAIRS, 'left'), left: 'L', right: 'R' },
] as const;

interface BodyMapProps {
  readonly value: SkinRegion | null;
  /** Regions of which there are photos already. */
  readonly known: ReadonlySet<SkinRegion>;
  readonly onChange: (region: SkinRegion) => void;
}

export function BodyMap({ value, known, onChange }: BodyMapProps): ReactElement {
  return (
    <div className={classes.map} aria-hidden="true">
      {VIEWS.map(({ title, regions, left, right }) => (
        <figure key={title} className={classes.view}>
          <svg viewBox="0 0 100 214" role="presentation">
            <title>{title}</title>
            {regions.map(({ region, shape: [x, y, width, height, radius] }) => (
              // biome-ignore lint/a11y/noStaticElementInteractions: for the pointer; the list beside it does the same for the keyboard
              <rect
                key={region}
                x={x}
                y={y}
                width={width}
                height={height}
                rx={radius}
                className={classes.region}
                data-chosen={region === value || undefined}
                data-known={known.has(region) || undefined}
                onClick={() => onChange(region)}
              >
                <title>{skinRegionWords(region)}</title>
              </rect>
            ))}
            <text x="6" y="30" className={classes.side}>
              {left}
            </text>
            <text x="94" y="30" className={classes.side}>
              {right}
            </text>
          </svg>
          <figcaption>{title}</figcaption>
        </figure>
      ))}
    </div>
  );
}
