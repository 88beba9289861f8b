// The square to assess, on the photo: dragged, sized at its corners, or moved with the keyboard.
import { Slider, Text } from '@mantine/core';
import { type KeyboardEvent, type PointerEvent, type ReactElement, useRef } from 'react';
import type { PhotoCrop } from '../../../src-main/contract/photos.ts';
import classes from './crop-box.module.css';
import { moved, resized, sizedAtCorner, smallestSide } from './crop-geometry.ts';
import type { ReadPhoto } from './read-photo.ts';

interface CropBoxProps {
  readonly photo: ReadPhoto;
  readonly crop: PhotoCrop;
  readonly onCrop: (crop: PhotoCrop) => void;
}

const CORNERS = ['nw', 'ne', 'sw', 'se'] as const;
type Grip = (typeof CORNERS)[number] | 'move';

interface Drag {
  readonly grip: Grip;
  readonly pointerId: number;
  readonly fromX: number;
  readonly fromY: number;
  readonly crop: PhotoCrop;
}

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function CropBox({ photo, crop, onCrop }: CropBoxProps): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const { widthPx, heightPx } = photo;
  const percent = (pixels: number, of: number): string => `${(pixels / of) * 100}%`;

  function begin(event: PointerEvent, grip: Grip): void {
    event.preventDefault();
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    drag.current = { grip, pointerId: event.pointerId, fromX: event.clientX, fromY: event.clientY, crop };
  }

  function go(event: PointerEvent): void {
    const held = drag.current;
    const shownWidth = frame.current?.clientWidth ?? 0;
    if (held === null || held.pointerId !== event.pointerId || shownWidth === 0) return;
    const scale = widthPx / shownWidth;
    const [dx, dy] = [(event.clientX - held.fromX) * scale, (event.clientY - held.fromY) * scale];
    onCrop(held.grip === 'move' ? moved(held.crop, dx, dy, photo) : sizedAtCorner(held.crop, held.grip, dx, dy, photo));
  }

  function end(): void {
    drag.current = null;
  }

  function key(event: KeyboardEvent): void {
    const arrow = ARROWS[event.key];
    const step = Math.max(1, Math.round(Math.min(widthPx, heightPx) * (event.shiftKey ? 0.1 : 0.01)));
    if (arrow !== undefined) onCrop(moved(crop, arrow[0] * step, arrow[1] * step, photo));
    else if (event.key === '+' || event.key === '=') onCrop(resized(crop, crop.side + 2 * step, photo));
    else if (event.key === '-') onCrop(resized(crop, crop.side - 2 * step, photo));
    else return;
    event.preventDefault();
  }

  const most = Math.min(widthPx, heightPx);
  return (
    <div className={classes.whole}>
      <div
        ref={frame}
        className={classes.frame}
        style={{ aspectRatio: `${widthPx} / ${heightPx}`, width: `min(620px, calc(62vh * ${widthPx / heightPx}))` }}
      >
        <img className={classes.photo} src={photo.previewUrl} alt="As it was chosen" draggable={false} />
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset groups fields; this is a square on a picture, moved by its keys */}
        <div
          className={classes.square}
          // biome-ignore lint/a11y/noNoninteractiveTabindex: keys move it
          tabIndex={0}
          role="group"
          aria-label={`Square to assess: ${crop.side} pixels a side, ${crop.x} from the left, ${crop.y} from the top`}
          aria-describedby="crop-keys"
          style={{
            left: percent(crop.x, widthPx),
            top: percent(crop.y, heightPx),
            width: percent(crop.side, widthPx),
            height: percent(crop.side, heightPx),
          }}
          onPointerDown={(event) => begin(event, 'move')}
          onPointerMove={go}
          onPointerUp={end}
          onPointerCancel={end}
          onKeyDown={key}
        >
          {CORNERS.map((corner) => (
            <span
              key={corner}
              className={classes.corner}
              data-corner={corner}
              aria-hidden="true"
              onPointerDown={(event) => begin(event, corner)}
              onPointerMove={go}
              onPointerUp={end}
              onPointerCancel={end}
            />
          ))}
        </div>
      </div>
      <div className={classes.tools}>
        <Text id="crop-size" size="sm" fw={600}>
          Size of the square: {crop.side} × {crop.side} px
        </Text>
        <Slider
          thumbProps={{ 'aria-labelledby': 'crop-size' }}
          min={smallestSide(photo)}
          max={most}
          step={1}
          value={crop.side}
          label={null}
          disabled={smallestSide(photo) >= most}
          onChange={(side) => onCrop(resized(crop, side, photo))}
        />
        <Text id="crop-keys" size="sm" c="dimmed">
          Drag the square, or move it with the arrow keys (with Shift: further); + and − size it. The lesion should fill about
          half of it.
        </Text>
      </div>
    </div>
  );
}
