// A crop with what the model looked at laid over it, as strongly as one wants to see it.
import { Slider, Switch, Text } from '@mantine/core';
import { type ReactElement, useId, useState } from 'react';
import { imageOf } from './photo-words.ts';
import classes from './photos.module.css';

interface HeatOverlayProps {
  /** Address of the crop's picture. */
  readonly src: string;
  readonly alt: string;
  readonly heatMapPng: string | null;
  /** There is a result; without a map nothing in the picture raised its probability. */
  readonly assessed: boolean;
}

export function HeatOverlay({ src, alt, heatMapPng, assessed }: HeatOverlayProps): ReactElement {
  const [shown, setShown] = useState(true);
  const [strength, setStrength] = useState(60);
  const id = useId();
  return (
    <div className={classes.heat}>
      <div className={classes.picture}>
        <img src={src} alt={alt} />
        {heatMapPng !== null && shown ? (
          <img
            className={classes.over}
            src={imageOf(heatMapPng)}
            alt=""
            style={{ opacity: strength / 100 }}
            data-testid="heat-map"
          />
        ) : null}
      </div>
      {heatMapPng === null && assessed ? (
        <Text size="sm" c="dimmed">
          No part of the picture raised the probability of malignancy.
        </Text>
      ) : null}
      {heatMapPng === null ? null : (
        <>
          <Switch label="Show what mattered" checked={shown} onChange={(event) => setShown(event.currentTarget.checked)} />
          <div className={classes.strength}>
            <Text size="sm" id={id}>
              Strength
            </Text>
            <Slider
              className={classes.slider ?? ''}
              thumbProps={{ 'aria-labelledby': id }}
              label={(value) => `${value}%`}
              value={strength}
              disabled={!shown}
              onChange={setStrength}
            />
          </div>
          <Text size="xs" c="dimmed">
            Bright: raised the probability of malignancy. It says where the model looked, not where disease is.
          </Text>
        </>
      )}
    </div>
  );
}
