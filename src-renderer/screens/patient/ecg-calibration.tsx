// Makes millimetres true on this screen: a bar is drawn as wide as a bank card, and a person says where it ends.
import { Button, Group, Slider, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRulerMeasure } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import { NOMINAL_PX_PER_MM } from '../../charts/ecg-sweep.ts';
import { Dialog } from '../../components/dialog.tsx';
import classes from './ecg-strip.module.css';

/** Width of a bank card, ISO/IEC 7810 ID-1. */
const CARD_MM = 85.6;

interface CalibrateButtonProps {
  readonly pxPerMm: number;
  readonly onChange: (pxPerMm: number | null) => void;
}

export function CalibrateButton({ pxPerMm, onChange }: CalibrateButtonProps): ReactElement {
  const [opened, dialog] = useDisclosure(false);
  const [widthPx, setWidthPx] = useState(pxPerMm * CARD_MM);
  const open = (): void => {
    setWidthPx(pxPerMm * CARD_MM);
    dialog.open();
  };
  return (
    <>
      <Button size="compact-sm" variant="subtle" leftSection={<IconRulerMeasure size={15} aria-hidden="true" />} onClick={open}>
        Calibrate
      </Button>
      <Dialog opened={opened} onClose={dialog.close} title="Calibrate this screen" size="lg">
        <Stack>
          <Text>
            Hold a bank card flat against the bar below and move the slider until both are equally wide. Leave the zoom of the
            page as it is afterwards.
          </Text>
          <div className={classes.card} style={{ width: widthPx }} aria-hidden="true" />
          <Slider
            aria-label="Width of the bar"
            min={150}
            max={900}
            step={1}
            label={(value) => `${(value / CARD_MM).toFixed(2)} pixels per mm`}
            thumbLabel="Width of the bar"
            value={Math.round(widthPx)}
            onChange={setWidthPx}
          />
          <Group justify="space-between">
            <Button
              variant="subtle"
              onClick={() => {
                onChange(null);
                setWidthPx(NOMINAL_PX_PER_MM * CARD_MM);
              }}
            >
              Back to nominal
            </Button>
            <Group>
              <Button variant="default" onClick={dialog.close}>
                Cancel
              </Button>
              <Button
                onClick={() => {
                  onChange(widthPx / CARD_MM);
                  dialog.close();
                }}
              >
                They are equal
              </Button>
            </Group>
          </Group>
        </Stack>
      </Dialog>
    </>
  );
}
