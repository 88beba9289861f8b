// Battery and radio signal as icon with a word: for tiles only the icon is drawn, the word is there for hover and screen readers.
import { Tooltip } from '@mantine/core';
import {
  IconAntennaBars2,
  IconAntennaBars3,
  IconAntennaBars4,
  IconAntennaBars5,
  IconAntennaBarsOff,
  IconBattery1,
  IconBattery2,
  IconBattery3,
  IconBattery4,
  IconBatteryExclamation,
  IconNetwork,
} from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Device } from '../../src-main/contract/models.ts';
import classes from './device-icons.module.css';

interface Fact {
  readonly word: string;
  readonly icon: ReactNode;
  readonly warn: boolean;
}

/** Below this a battery is worth a nurse's walk. */
const LOW_BATTERY_PERCENT = 15;

function batteryWords(percent: number | null): string {
  if (percent === null) return 'battery unknown';
  return `battery ${percent}%${percent <= LOW_BATTERY_PERCENT ? ', low' : ''}`;
}

function battery(percent: number | null): Fact {
  const word = batteryWords(percent);
  if (percent === null) return { word, icon: <IconBatteryExclamation size={22} />, warn: false };
  if (percent <= LOW_BATTERY_PERCENT) return { word, icon: <IconBattery1 size={22} />, warn: true };
  if (percent < 40) return { word, icon: <IconBattery2 size={22} />, warn: false };
  return { word, icon: percent < 75 ? <IconBattery3 size={22} /> : <IconBattery4 size={22} />, warn: false };
}

/** Received power in words: good to -65 dBm, fair to -78, weak below. */
export function signalWords(device: Pick<Device, 'rssiDbm' | 'state' | 'transport'>): string {
  if (device.state === 'lost') return 'signal lost';
  if (device.state === 'stopped') return 'disconnected';
  if (device.state === 'unseen') return 'not heard yet';
  if (device.state === 'connecting') return 'connecting';
  if (device.rssiDbm === null)
    return device.transport === 'bluetooth' ? 'signal unknown' : `by ${device.transport.toUpperCase()}`;
  if (device.rssiDbm >= -65) return 'good signal';
  return device.rssiDbm >= -78 ? 'fair signal' : 'weak signal';
}

export function SignalBars({
  rssiDbm,
  lost = false,
  size = 20,
}: {
  readonly rssiDbm: number | null;
  readonly lost?: boolean;
  readonly size?: number;
}) {
  if (lost) return <IconAntennaBarsOff size={size} aria-hidden="true" />;
  if (rssiDbm === null) return <IconAntennaBars2 size={size} aria-hidden="true" />;
  if (rssiDbm >= -65) return <IconAntennaBars5 size={size} aria-hidden="true" />;
  return rssiDbm >= -78 ? (
    <IconAntennaBars4 size={size} aria-hidden="true" />
  ) : (
    <IconAntennaBars3 size={size} aria-hidden="true" />
  );
}

export function BatteryFact({ percent, words = false }: { readonly percent: number | null; readonly words?: boolean }) {
  return <FactIcon fact={battery(percent)} words={words} />;
}

export function SignalFact({ device, words = false }: { readonly device: Device; readonly words?: boolean }) {
  const lost = device.state === 'lost' || device.state === 'stopped';
  const icon =
    device.transport === 'bluetooth' || lost ? (
      <SignalBars rssiDbm={device.rssiDbm} lost={lost} size={22} />
    ) : (
      <IconNetwork size={22} aria-hidden="true" />
    );
  return <FactIcon fact={{ word: signalWords(device), icon, warn: device.state === 'lost' }} words={words} />;
}

function FactIcon({ fact, words }: { readonly fact: Fact; readonly words: boolean }) {
  const body = (
    <span
      className={classes.fact}
      data-warn={fact.warn || undefined}
      {...(words ? {} : { role: 'img', 'aria-label': fact.word })}
    >
      {fact.icon}
      {words && fact.word}
    </span>
  );
  return words ? body : <Tooltip label={fact.word}>{body}</Tooltip>;
}
