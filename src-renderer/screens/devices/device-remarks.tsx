// What is worth saying of a device beside its state: proof, clock, back-fill, and why things it sent were rejected.
import { Progress, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconAlertTriangle,
  IconChevronDown,
  IconChevronUp,
  IconClockExclamation,
  IconShieldCheck,
  IconShieldX,
  IconUserCheck,
} from '@tabler/icons-react';
import { type ReactElement, useId } from 'react';
import type { Device } from '../../../src-main/contract/models.ts';
import { ageWords } from '../../stores/freshness.ts';
import { backfillWords, clockRemark, trustRemark } from './device-words.ts';
import classes from './devices.module.css';

interface DeviceRemarksProps {
  readonly device: Device;
  readonly nowMs: number;
  readonly timeZone: string;
}

const TRUST_ICONS = {
  proved: IconShieldCheck,
  token: IconShieldCheck,
  paired: IconUserCheck,
  refused: IconShieldX,
} as const;

export function DeviceRemarks({ device, nowMs, timeZone }: DeviceRemarksProps): ReactElement {
  const trust = trustRemark(device, timeZone, nowMs);
  const clock = clockRemark(device);
  const backfill = backfillWords(device);
  const TrustIcon = TRUST_ICONS[device.revokedAtMs === null ? device.trust : 'refused'];
  return (
    <>
      <ul className={classes.remarks}>
        <li data-tone={trust.tone}>
          <TrustIcon size={18} aria-hidden="true" /> {trust.text}
        </li>
        {clock === null ? null : (
          <li data-tone={clock.tone}>
            <IconClockExclamation size={18} aria-hidden="true" /> {clock.text}
          </li>
        )}
        {device.lost === 0 ? null : (
          <li data-tone="warn">
            <IconAlertTriangle size={18} aria-hidden="true" /> {device.lost.toLocaleString('en-GB')} records are gone: it no
            longer had them when it came back
          </li>
        )}
      </ul>
      {backfill === null ? null : (
        <div>
          <div className={classes.sub}>{backfill.text}</div>
          <Progress value={backfill.percent} size="sm" aria-label={backfill.text} />
        </div>
      )}
      {device.rejected === 0 ? null : <Rejections device={device} nowMs={nowMs} />}
    </>
  );
}

/** How often and why; opened by whoever wants to know. */
function Rejections({ device, nowMs }: { readonly device: Device; readonly nowMs: number }): ReactElement {
  const [opened, list] = useDisclosure(false);
  const listId = useId();
  const Chevron = opened ? IconChevronUp : IconChevronDown;
  return (
    <div>
      <UnstyledButton className={classes.rejected} aria-expanded={opened} aria-controls={listId} onClick={list.toggle}>
        <IconAlertTriangle size={18} aria-hidden="true" />
        {device.rejected.toLocaleString('en-GB')} rejected
        <Chevron size={18} aria-hidden="true" />
      </UnstyledButton>
      <ul id={listId} className={classes.rejections} hidden={!opened}>
        {device.rejections.map(({ reason, count, lastAtMs }) => (
          <li key={reason}>
            <b>{count.toLocaleString('en-GB')}×</b> <bdi>{reason}</bdi>
            <span className={classes.sub}> · last {ageWords(nowMs - lastAtMs)} ago</span>
          </li>
        ))}
        {device.rejections.length === 0 && <li>{device.lastRejection || 'The reasons are not known any more.'}</li>}
      </ul>
    </div>
  );
}
