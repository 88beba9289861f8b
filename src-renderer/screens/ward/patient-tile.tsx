// One patient on the ward: who, how urgent, the numbers with their ages, the risks, the wearable.

import { ActionIcon, Tooltip } from '@mantine/core';
import { IconBellCheck, IconBellRinging, IconChecks, IconDeviceWatchOff, IconPencil } from '@tabler/icons-react';
import { memo } from 'react';
import { Link } from 'react-router';
import type { Alarm, Patient, PatientLive, RiskModel } from '../../../src-main/contract/models.ts';
import type { VitalKind } from '../../../src-main/vitals/kinds.ts';
import { raisedText } from '../../components/alarm-now.ts';
import { AlarmNowLine } from '../../components/alarm-now-line.tsx';
import { News2Chip, RiskChip } from '../../components/chips.tsx';
import type { VitalContext } from '../../components/describe-vital.ts';
import { BatteryFact, SignalFact } from '../../components/device-icons.tsx';
import { deviceName } from '../../components/device-name.ts';
import { ageYears, sexWord } from '../../components/person.ts';
import { PriorityIcon, priorityWord } from '../../components/priority.tsx';
import { PressureNumeral, VitalNumeral } from '../../components/vital-numeral.tsx';
import { byUrgency, isAcknowledged } from '../../stores/alarms.ts';
import { ageWords } from '../../stores/freshness.ts';
import type { RecentSeries } from '../../stores/recent.ts';
import { TileSparklines } from './tile-sparklines.tsx';
import classes from './ward.module.css';

const RISK_MODELS: readonly RiskModel[] = ['diabetes', 'heart', 'hypoxia'];

interface PatientTileProps extends VitalContext {
  readonly timeZone: string;
  readonly live: PatientLive;
  readonly recent: RecentSeries | undefined;
  readonly onEdit: (patient: Patient) => void;
}

export const PatientTile = memo(function PatientTile({ live, recent, onEdit, ...context }: PatientTileProps) {
  const { patient, predictions, news2, alarms } = live;
  const value = (kind: VitalKind) => live.values.find((candidate) => candidate.kind === kind);
  const worst = [...alarms].sort(byUrgency)[0];
  const calling = worst !== undefined && !isAcknowledged(worst);
  return (
    <article
      className={classes.tile}
      data-alarm={worst?.priority}
      data-calling={calling || undefined}
      aria-labelledby={`tile-${patient.patientId}`}
    >
      <header>
        <div className={classes.head}>
          <h2 className={classes.name} id={`tile-${patient.patientId}`}>
            <Link to={`/patients/${patient.patientId}`} className={classes.open} title={patient.name}>
              {patient.name}
            </Link>
          </h2>
          <News2Chip news2={news2} />
        </div>
        <div className={classes.facts}>
          {patient.location !== '' && <strong>{patient.location}</strong>}
          <span>MRN {patient.mrn}</span>
          <span>
            {ageYears(patient.birthDate, context.nowMs)} y, {sexWord(patient.sex)}
          </span>
        </div>
      </header>
      <AlarmLine worst={worst} others={alarms.length - 1} live={live} context={context} />
      <div className={classes.numerals}>
        <VitalNumeral kind="heartRate" value={value('heartRate') ?? value('pulseRate')} {...context} />
        <VitalNumeral kind="spo2" value={value('spo2')} {...context} />
        <PressureNumeral systolic={value('systolic')} diastolic={value('diastolic')} {...context} />
        <VitalNumeral kind="glucose" value={value('glucose')} {...context} />
      </div>
      <TileSparklines patientId={patient.patientId} recent={recent} nowMs={context.nowMs} />
      <div className={classes.risks}>
        {RISK_MODELS.map((model) => (
          <RiskChip key={model} model={model} prediction={predictions.find((p) => p.model === model)} nowMs={context.nowMs} />
        ))}
      </div>
      <footer className={classes.device}>
        <DeviceLine live={live} />
        <Tooltip label="Edit or discharge">
          <ActionIcon
            className={classes.edit ?? ''}
            variant="subtle"
            color="gray"
            aria-label={`Edit ${patient.name}`}
            onClick={() => onEdit(patient)}
          >
            <IconPencil size={18} />
          </ActionIcon>
        </Tooltip>
      </footer>
    </article>
  );
});

interface AlarmLineProps {
  readonly worst: Alarm | undefined;
  readonly others: number;
  readonly live: PatientLive;
  readonly context: VitalContext & { readonly timeZone: string };
}

function AlarmLine({ worst, others, live, context }: AlarmLineProps) {
  if (worst === undefined) {
    return (
      <div className={classes.alarm}>
        <IconBellCheck size={18} aria-hidden="true" />
        <span className={classes.alarmText}>No alarms</span>
      </div>
    );
  }
  const { nowMs } = context;
  const acknowledged = isAcknowledged(worst);
  const when = acknowledged ? 'acknowledged' : worst.endedAtMs === null ? ageWords(nowMs - worst.raisedAtMs) : 'ended';
  return (
    <div
      className={classes.alarm}
      data-priority={worst.priority}
      data-quiet={acknowledged || undefined}
      title={`${worst.message}: ${worst.detail}, raised ${ageWords(nowMs - worst.raisedAtMs)} ago`}
    >
      {acknowledged ? <IconChecks size={18} aria-hidden="true" /> : <PriorityIcon priority={worst.priority} />}
      <span className={classes.alarmText}>
        <strong>{priorityWord(worst.priority)}</strong> {worst.message}
      </span>
      <span className={classes.alarmAge}>
        <span data-state={acknowledged || undefined}>{when}</span>
        {others > 0 && (
          <span className={classes.more}>
            <IconBellRinging size={14} aria-hidden="true" />+{others}
          </span>
        )}
      </span>
      {worst.category === 'physiological' && (
        <span className={classes.alarmNow}>
          <AlarmNowLine alarm={worst} live={live} context={context} raised={raisedText(worst.detail)} />
        </span>
      )}
    </div>
  );
}

function DeviceLine({ live }: { readonly live: PatientLive }) {
  const [device, ...others] = live.devices;
  if (device === undefined) {
    return (
      <>
        <IconDeviceWatchOff size={20} aria-hidden="true" />
        <span>No wearable</span>
      </>
    );
  }
  return (
    <>
      <SignalFact device={device} />
      {(device.transport === 'bluetooth' || device.batteryPercent !== null) && <BatteryFact percent={device.batteryPercent} />}
      <span className={classes.deviceName}>
        {deviceName(device)}
        {others.length > 0 && ` +${others.length}`}
      </span>
      {device.state !== 'connected' && (
        <span className={classes.deviceState}>{device.state === 'unseen' ? 'not heard yet' : device.state}</span>
      )}
    </>
  );
}
