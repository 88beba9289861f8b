// The band that never leaves the screen: who this is. Name, number and birth date stand together, always.
import { ActionIcon, Badge, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconBattery1,
  IconBattery2,
  IconBattery3,
  IconBattery4,
  IconBatteryOff,
  IconDeviceWatch,
  IconMapPin,
  IconPencil,
} from '@tabler/icons-react';
import type { CSSProperties, ReactElement } from 'react';
import { Link } from 'react-router';
import type { Device, PatientLive } from '../../../src-main/contract/models.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { ageWords } from '../../stores/freshness.ts';
import { PatientDialog } from '../ward/patient-dialog.tsx';
import { ageText, birthDateText, sexText } from './identity.ts';
import { News2Badge } from './news2-badge.tsx';
import type { News2Row } from './news2-parts.ts';
import classes from './patient-header.module.css';
import type { Here } from './use-patient.ts';
import { useStickyTop } from './use-sticky-top.ts';

interface PatientHeaderProps {
  readonly live: PatientLive;
  readonly news2Rows: readonly News2Row[];
  readonly here: Here;
}

export function PatientHeader({ live, news2Rows, here }: PatientHeaderProps): ReactElement {
  const { patient, devices } = live;
  const { timeZone } = here.settings;
  const stickyTopPx = useStickyTop();
  const [editing, edit] = useDisclosure(false);
  return (
    <section aria-label="Patient" className={classes.header} style={{ '--stick': `${stickyTopPx}px` } as CSSProperties}>
      <div className={classes.who}>
        <h1 className={classes.name}>
          {patient.name}
          {patient.dischargedAtMs === null ? null : (
            <Badge ml="sm" variant="outline" color="gray" size="lg" tt="none">
              discharged
            </Badge>
          )}
        </h1>
        <dl className={classes.facts}>
          <Fact term="MRN" strong>
            {patient.mrn}
          </Fact>
          <Fact term="born" strong>
            {birthDateText(patient.birthDate)}
          </Fact>
          <Fact term="age">{ageText(patient.birthDate, here.nowMs, timeZone)}</Fact>
          <Fact term="sex">{sexText(patient.sex)}</Fact>
          {patient.location === '' ? null : (
            <Fact term="place">
              <IconMapPin size={15} aria-hidden="true" /> {patient.location}
            </Fact>
          )}
        </dl>
      </div>
      <div className={classes.side}>
        {devices.length === 0 && patient.dischargedAtMs !== null ? null : devices.length === 0 ? (
          <Link to="/devices" className={classes.device} data-state="none">
            <IconDeviceWatch size={18} aria-hidden="true" /> No device: bind one
          </Link>
        ) : (
          devices.map((device) => <DeviceChip key={device.deviceId} device={device} here={here} />)
        )}
        <Tooltip label={patient.dischargedAtMs === null ? 'Edit or discharge' : 'Edit'}>
          <ActionIcon variant="default" size="xl" aria-label={`Edit ${patient.name}`} onClick={edit.open}>
            <IconPencil size={20} />
          </ActionIcon>
        </Tooltip>
        <PatientDialog patient={patient} opened={editing} onClose={edit.close} />
        {patient.dischargedAtMs === null ? (
          <News2Badge news2={live.news2} rows={news2Rows} nowMs={here.nowMs} connected={here.connected} />
        ) : null}
      </div>
    </section>
  );
}

/** The terms that people know without being told are read aloud only. */
function Fact({
  term,
  strong,
  children,
}: {
  readonly term: string;
  readonly strong?: boolean;
  readonly children: React.ReactNode;
}): ReactElement {
  return (
    <div className={classes.fact}>
      <dt data-quiet={strong ? undefined : true}>{term}</dt>
      <dd data-strong={strong}>{children}</dd>
    </div>
  );
}

const STATE_WORDS: { readonly [S in Device['state']]: string } = {
  unseen: 'not heard yet',
  discovered: 'in range',
  connecting: 'connecting',
  connected: 'connected',
  lost: 'signal lost',
  stopped: 'stopped',
};

function DeviceChip({ device, here }: { readonly device: Device; readonly here: Here }): ReactElement {
  const { batteryPercent, state, lastHeardAtMs } = device;
  const heard = lastHeardAtMs === null ? '' : `, heard ${ageWords(here.nowMs - lastHeardAtMs)} ago`;
  const details = [
    `${device.name || device.deviceId} over ${device.transport}`,
    `${STATE_WORDS[state]}${heard}`,
    device.detail,
    device.boundTo && device.boundTo.fromMs > 0
      ? `worn since ${dateTimeText(device.boundTo.fromMs, here.settings.timeZone)}`
      : '',
    device.rssiDbm === null ? '' : `signal ${device.rssiDbm} dBm`,
  ].filter((word) => word !== '');
  const Battery = batteryIcon(batteryPercent);
  const lost = state === 'lost' || !here.connected;
  return (
    <Tooltip label={details.join('. ')} multiline maw={320}>
      <Link to="/devices" className={classes.device} data-state={lost ? 'lost' : state}>
        <IconDeviceWatch size={18} aria-hidden="true" />
        <span>{device.name || device.deviceId}</span>
        <span className={classes.deviceState}>{here.connected ? STATE_WORDS[state] : 'unknown'}</span>
        {batteryPercent === null ? null : (
          <span className={classes.battery} data-flat={batteryPercent < 20 || undefined}>
            <Battery size={18} aria-hidden="true" />
            <span className={classes.batteryWord}>battery</span> {batteryPercent}%
          </span>
        )}
      </Link>
    </Tooltip>
  );
}

function batteryIcon(percent: number | null): typeof IconBattery1 {
  if (percent === null) return IconBatteryOff;
  if (percent < 20) return IconBattery1;
  if (percent < 50) return IconBattery2;
  return percent < 80 ? IconBattery3 : IconBattery4;
}
