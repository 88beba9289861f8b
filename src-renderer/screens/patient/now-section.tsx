// Now: the bedside view. A strip and a large numeral per vital, what is left as tiles, and at the side what calls for attention.
import { Alert, Button, Skeleton, Text } from '@mantine/core';
import { IconDeviceWatch, IconPencilPlus } from '@tabler/icons-react';
import { type ReactElement, useMemo } from 'react';
import { Link } from 'react-router';
import type { CurrentValue, PatientLive, ThresholdRule } from '../../../src-main/contract/models.ts';
import { VITALS, type VitalKind } from '../../../src-main/vitals/kinds.ts';
import { qualityText } from '../../../src-main/vitals/quality-words.ts';
import { Chart } from '../../charts/chart.tsx';
import { clockText } from '../../charts/clinic-time.ts';
import { displayUnitOf } from '../../charts/display-unit.ts';
import { type LiveStripInput, liveStripOption, liveStripTable } from '../../charts/live-strip.ts';
import { describeVital } from '../../components/describe-vital.ts';
import { PressureNumeral, VitalNumeral } from '../../components/vital-numeral.tsx';
import { EcgStrip } from './ecg-strip.tsx';
import { NowRail } from './now-rail.tsx';
import classes from './now-section.module.css';
import { useColours } from './use-colours.ts';
import type { Here } from './use-patient.ts';
import { STRIPS, type StripSpec, type Strips } from './use-strips.ts';

interface NowSectionProps {
  readonly live: PatientLive;
  readonly strips: Strips;
  readonly rules: readonly ThresholdRule[];
  readonly here: Here;
  readonly onOpen: (tab: string) => void;
}

const TILES: readonly VitalKind[] = ['respiratoryRate', 'temperature', 'pulseRate', 'meanPressure'];

export function NowSection({ live, strips, rules, here, onOpen }: NowSectionProps): ReactElement {
  const ecgDevice = live.devices.find(({ ecg }) => ecg !== null);
  const nothing =
    live.values.length === 0 && !strips.loading && [...strips.samples.values()].every((samples) => samples.length === 0);
  return (
    <div className={classes.layout}>
      <div className={classes.monitor}>
        {nothing ? <NoReadings onEnter={() => onOpen('enter')} hasDevice={live.devices.length > 0} /> : null}
        {strips.problem === '' ? null : (
          <Alert color="yellow" variant="outline" title="The last minutes could not be loaded">
            {strips.problem} New readings are drawn as they arrive.
          </Alert>
        )}
        {ecgDevice === undefined ? null : <EcgStrip key={ecgDevice.deviceId} live={live} device={ecgDevice} here={here} />}
        {(nothing ? [] : STRIPS).map((spec) => (
          <StripRow key={spec.title} spec={spec} live={live} strips={strips} rules={rules} here={here} />
        ))}
        <div className={classes.tiles}>
          {(nothing ? [] : TILES).map((kind) => {
            const value = live.values.find((one) => one.kind === kind);
            return (
              <div key={kind} className={classes.tile}>
                <Text size="sm" c="dimmed">
                  {VITALS[kind].title}
                </Text>
                <VitalNumeral kind={kind} value={value} nowMs={here.nowMs} connected={here.connected} units={here.settings} />
                <SourceLine values={value ? [value] : []} here={here} />
              </div>
            );
          })}
        </div>
      </div>
      <NowRail live={live} here={here} onOpen={onOpen} />
    </div>
  );
}

interface StripRowProps {
  readonly spec: StripSpec;
  readonly live: PatientLive;
  readonly strips: Strips;
  readonly rules: readonly ThresholdRule[];
  readonly here: Here;
}

function StripRow({ spec, live, strips, rules, here }: StripRowProps): ReactElement {
  const colours = useColours();
  const { settings, connected } = here;
  const current = (kind: VitalKind | undefined): CurrentValue | undefined => live.values.find((one) => one.kind === kind);
  const [first, second] = spec.kinds;
  // While nothing can be heard time stands still on the strip: a line running out of it would look like a silent device.
  const nowMs = Math.floor(here.nowMs / 1000) * 1000;
  const input = useMemo((): LiveStripInput => {
    const lines = spec.kinds.map((kind) => ({ kind, samples: strips.samples.get(kind) ?? [] }));
    const unit = displayUnitOf(spec.kinds[0] ?? 'heartRate', settings);
    return { ...spec, lines, nowMs, rules, unit, timeZone: settings.timeZone, colours };
  }, [spec, strips.samples, nowMs, rules, settings, colours]);
  const option = useMemo(() => liveStripOption(input), [input]);
  const context = { nowMs: here.nowMs, connected, units: settings };
  const values = spec.kinds.flatMap((kind) => current(kind) ?? []);
  const said = spec.kinds.map((kind) => describeVital(kind, current(kind), context).sentence).join('. ');
  return (
    <section className={classes.row} aria-label={spec.title} data-old={connected ? undefined : true}>
      <div className={classes.strip}>
        <div className={classes.stripHead}>
          <h2 className={classes.stripTitle}>{spec.title}</h2>
          <span className={classes.stripNote}>
            {input.unit.label}, {spec.windowWords}
          </span>
        </div>
        {strips.loading && (strips.samples.get(spec.kinds[0] ?? 'heartRate') ?? []).length === 0 ? (
          <Skeleton height={94} mt={4} />
        ) : (
          <Chart
            option={option}
            height={98}
            compact
            description={`${spec.title}, ${spec.windowWords}. ${said}`}
            table={() => liveStripTable(input)}
          />
        )}
      </div>
      <div className={classes.numeral}>
        {second ? (
          <PressureNumeral systolic={current(first)} diastolic={current(second)} size="large" {...context} />
        ) : first ? (
          <VitalNumeral kind={first} value={current(first)} size="large" {...context} />
        ) : null}
        <SourceLine values={values} here={here} />
      </div>
    </section>
  );
}

/** Who measured it, when by the clinic's clock, and what the device said about the quality. */
function SourceLine({ values, here }: { readonly values: readonly CurrentValue[]; readonly here: Here }): ReactElement {
  const [first] = values;
  if (!first) return <div className={classes.source} />;
  const quality = [...new Set(values.flatMap((value) => value.quality))];
  const from =
    first.source === 'device' ? (first.deviceId ?? 'device') : first.source === 'manual' ? 'by hand' : 'patient record';
  const Icon = first.source === 'device' ? IconDeviceWatch : IconPencilPlus;
  return (
    <div className={classes.source}>
      <Icon size={14} aria-hidden="true" /> {from} at {clockText(first.takenAtMs, here.settings.timeZone)}
      {quality.length === 0 ? null : <span className={classes.quality}>{qualityText(quality)}</span>}
    </div>
  );
}

function NoReadings({ onEnter, hasDevice }: { readonly onEnter: () => void; readonly hasDevice: boolean }): ReactElement {
  return (
    <div className={classes.empty}>
      <Text fw={650}>No readings yet</Text>
      <Text c="dimmed" mb="sm">
        {hasDevice
          ? 'A device is bound to this patient, but nothing has been heard from it. Check that it is worn and in range.'
          : 'Bind a wearable to this patient, or enter what was measured by hand.'}
      </Text>
      <Button component={Link} to="/devices" variant="default" leftSection={<IconDeviceWatch size={18} />} mr="sm">
        {hasDevice ? 'Look at the devices' : 'Bind a device'}
      </Button>
      <Button onClick={onEnter} leftSection={<IconPencilPlus size={18} />}>
        Enter values
      </Button>
    </div>
  );
}
