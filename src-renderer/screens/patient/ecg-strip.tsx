// The ECG of a worn wearable: sweeping strip, its state, and the heart rate beside the pulse.
import { Button, Text } from '@mantine/core';
import { IconAlertTriangle, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import type { Device, PatientLive } from '../../../src-main/contract/models.ts';
import { clockSecondsText } from '../../charts/clinic-time.ts';
import { ECG_COLOURS } from '../../charts/ecg-canvas.ts';
import { VitalNumeral } from '../../components/vital-numeral.tsx';
import { CalibrateButton } from './ecg-calibration.tsx';
import { EcgPicture } from './ecg-picture.tsx';
import classes from './ecg-strip.module.css';
import { ecgDescription, ecgProblem } from './ecg-words.ts';
import rows from './now-section.module.css';
import { useScheme } from './use-colours.ts';
import { useEcg } from './use-ecg.ts';
import type { Here } from './use-patient.ts';
import { usePxPerMm } from './use-px-per-mm.ts';

interface EcgStripProps {
  readonly live: PatientLive;
  readonly device: Device;
  readonly here: Here;
}

export function EcgStrip({ live, device, here }: EcgStripProps): ReactElement {
  const ecg = useEcg(live.patient.patientId, device.deviceId);
  const [pausedAtMs, setPausedAtMs] = useState<number | null>(null);
  const { pxPerMm, calibrated, setPxPerMm } = usePxPerMm();
  const scheme = useScheme();
  const [heartRate, pulseRate] = (['heartRate', 'pulseRate'] as const).map((kind) =>
    live.values.find((value) => value.kind === kind),
  );
  const deviceName = device.name || device.deviceId;
  const problem = ecgProblem(ecg, deviceName);
  const paused = pausedAtMs !== null;
  const about = { ecg, deviceName, heartRate, pulseRate, paused, nowMs: here.nowMs };
  const context = { nowMs: here.nowMs, connected: here.connected, units: here.settings };
  return (
    <section className={rows.row} aria-label="ECG" data-old={here.connected ? undefined : true}>
      <div className={rows.strip}>
        <div className={rows.stripHead}>
          <h2 className={rows.stripTitle}>ECG{ecg.lead === '' ? '' : `, lead ${ecg.lead}`}</h2>
          <span className={rows.stripNote}>25 mm/s, 10 mm/mV</span>
          <span className={classes.tools}>
            <CalibrateButton pxPerMm={pxPerMm} onChange={setPxPerMm} />
            <Button
              size="compact-sm"
              variant="default"
              aria-pressed={paused}
              leftSection={
                paused ? <IconPlayerPlay size={15} aria-hidden="true" /> : <IconPlayerPause size={15} aria-hidden="true" />
              }
              onClick={() => setPausedAtMs(paused ? null : here.nowMs)}
            >
              {paused ? 'Go on' : 'Pause'}
            </Button>
          </span>
        </div>
        <EcgPicture
          sweep={ecg.sweep}
          paused={paused}
          pxPerMm={pxPerMm}
          colours={ECG_COLOURS[scheme]}
          description={ecgDescription(about)}
        />
        <div className={classes.state} role="status" data-warn={problem !== '' && ecg.signal !== 'waiting' ? true : undefined}>
          {problem === '' ? null : (
            <span className={classes.problem}>
              {ecg.signal === 'waiting' ? null : <IconAlertTriangle size={18} aria-hidden="true" />}
              <span>{problem}</span>
            </span>
          )}
          {pausedAtMs === null ? null : (
            <b>Paused at {clockSecondsText(pausedAtMs, here.settings.timeZone)}: what is drawn is not now.</b>
          )}
        </div>
        <Text size="xs" c="dimmed">
          {calibrated
            ? 'Millimetres as calibrated for this screen.'
            : 'Millimetres are nominal (96 dpi): calibrate to measure with a ruler.'}{' '}
          One lead for rhythm only; nothing of it is stored.
        </Text>
      </div>
      <div className={rows.numeral}>
        <VitalNumeral kind="heartRate" value={heartRate} {...context} />
        <VitalNumeral kind="pulseRate" value={pulseRate} {...context} />
      </div>
    </section>
  );
}
