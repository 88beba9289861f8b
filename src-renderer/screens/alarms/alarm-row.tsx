// One open alarm: how urgent, what, who, since when, and the one click that acknowledges it.
import { Button } from '@mantine/core';
import { IconCheck, IconChecks } from '@tabler/icons-react';
import { useRef } from 'react';
import { Link } from 'react-router';
import type { Alarm } from '../../../src-main/contract/models.ts';
import { clockText } from '../../charts/clinic-time.ts';
import { errorWords } from '../../client/index.ts';
import { useCommand } from '../../client/use-command.ts';
import { AlarmNowLine } from '../../components/alarm-now-line.tsx';
import { deviceName } from '../../components/device-name.ts';
import { isOnePress } from '../../components/one-press.ts';
import { PriorityBadge } from '../../components/priority.tsx';
import { applyOpenAlarm } from '../../stores/alarms.ts';
import { useNowMs } from '../../stores/clock.ts';
import { useConnection } from '../../stores/connection.ts';
import { useDevices } from '../../stores/devices.ts';
import { ageWords } from '../../stores/freshness.ts';
import { applyAlarm, useLive } from '../../stores/live.ts';
import { useSettings } from '../../stores/settings.ts';
import classes from './alarms.module.css';

export function AlarmRow({ alarm }: { readonly alarm: Alarm }) {
  const nowMs = useNowMs();
  const settings = useSettings((state) => state.settings);
  const connected = useConnection((state) => state.connected);
  const { timeZone } = settings;
  const live = useLive((state) => (alarm.patientId === null ? undefined : state.ward.get(alarm.patientId)));
  const patient = live?.patient;
  const { run, pending, error } = useCommand('alarm.acknowledge');
  const row = useRef<HTMLLIElement>(null);
  const acknowledged = alarm.acknowledgedAtMs !== null;

  async function acknowledge(): Promise<void> {
    const changed = await run({ alarmId: alarm.alarmId });
    if (changed === null) return;
    applyAlarm(changed);
    applyOpenAlarm(changed);
    // The button is gone; where one was stays.
    row.current?.focus();
  }

  return (
    <li className={classes.row} ref={row} tabIndex={-1}>
      <div className={classes.priority}>
        <PriorityBadge priority={alarm.priority} quiet={acknowledged} />
      </div>
      <div className={classes.what}>
        <div className={classes.message}>
          {alarm.message}
          {alarm.endedAtMs !== null && <span className={classes.quiet}> · has ended, still to be acknowledged</span>}
        </div>
        <div className={classes.quiet}>
          <AlarmNowLine alarm={alarm} live={live} context={{ nowMs, connected, units: settings, timeZone }} />
        </div>
        {error !== null && (
          <div className={classes.problem} role="alert">
            Not acknowledged: {errorWords(error)}
          </div>
        )}
      </div>
      <div className={classes.who}>
        <AlarmSubject alarm={alarm} />
      </div>
      <div className={classes.when}>
        <div>{clockText(alarm.raisedAtMs, timeZone)}</div>
        <div className={classes.quiet}>{ageWords(nowMs - alarm.raisedAtMs)} ago</div>
      </div>
      <div className={classes.act}>
        {acknowledged ? (
          <span className={classes.done}>
            <IconChecks size={18} aria-hidden="true" />
            {alarm.acknowledgedBy}, {clockText(alarm.acknowledgedAtMs ?? 0, timeZone)}
          </span>
        ) : (
          <Button
            loading={pending}
            leftSection={<IconCheck size={20} aria-hidden="true" />}
            aria-label={`Acknowledge ${alarm.message}${patient === undefined ? '' : `, ${patient.name}`}`}
            onClick={(event) => isOnePress(event) && void acknowledge()}
          >
            Acknowledge
          </Button>
        )}
      </div>
    </li>
  );
}

/** The patient, else the device, else the console itself. */
export function AlarmSubject({ alarm }: { readonly alarm: Alarm }) {
  const patient = useLive((state) => (alarm.patientId === null ? undefined : state.ward.get(alarm.patientId)?.patient));
  const device = useDevices((state) => (alarm.deviceId === null ? undefined : state.devices.get(alarm.deviceId)));
  if (patient !== undefined) {
    return (
      <>
        <Link to={`/patients/${patient.patientId}`} className={classes.patient}>
          {patient.name}
        </Link>
        <div className={classes.quiet}>
          {patient.location !== '' && `${patient.location} · `}MRN {patient.mrn}
        </div>
      </>
    );
  }
  if (alarm.patientId !== null) return <span className={classes.quiet}>Patient no longer on the ward</span>;
  return <span>{device === undefined ? (alarm.deviceId ?? 'This console') : deviceName(device)}</span>;
}
