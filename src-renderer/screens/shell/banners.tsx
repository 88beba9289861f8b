// What must not be missed on any screen: a lost connection, problems of the console, unacknowledged high alarms.
import { IconAlertTriangleFilled, IconPlugConnectedX } from '@tabler/icons-react';
import { Link } from 'react-router';
import { errorWords } from '../../client/index.ts';
import { useCommand } from '../../client/use-command.ts';
import { PriorityIcon } from '../../components/priority.tsx';
import { byUrgency, isAcknowledged, useAlarms } from '../../stores/alarms.ts';
import { useNowMs } from '../../stores/clock.ts';
import { useConnection } from '../../stores/connection.ts';
import { ageWords } from '../../stores/freshness.ts';
import { useLive } from '../../stores/live.ts';
import { useStatus } from '../../stores/status.ts';
import classes from './app-shell.module.css';

export function Banners() {
  return (
    <>
      <ConnectionBanner />
      <HighAlarmBanner />
      <ProblemBanner />
    </>
  );
}

function ConnectionBanner() {
  const { connected, lostAtMs } = useConnection();
  const nowMs = useNowMs();
  if (connected) return null;
  const since = lostAtMs === null ? '' : ` for ${ageWords(nowMs - lostAtMs)}`;
  return (
    <div className={classes.banner} data-tone="medium" role="status">
      <IconPlugConnectedX size={22} aria-hidden="true" />
      <span className={classes.bannerText}>
        <strong>No connection to the console{since}.</strong> Everything below is old. Connecting again…
      </span>
    </div>
  );
}

function ProblemBanner() {
  const problems = useStatus((state) => state.status?.problems) ?? [];
  const wardProblem = useLive((state) => (state.phase === 'ready' ? state.problem : ''));
  const all = wardProblem === '' ? problems : [...problems, `The ward could not be refreshed: ${wardProblem}`];
  if (all.length === 0) return null;
  return (
    <div className={classes.banner} data-tone="medium" role="status">
      <IconAlertTriangleFilled size={20} aria-hidden="true" />
      <span className={classes.bannerText}>{all.join(' · ')}</span>
    </div>
  );
}

function HighAlarmBanner() {
  const open = useAlarms((state) => state.open);
  const ward = useLive((state) => state.ward);
  const nowMs = useNowMs();
  const { run, pending, error } = useCommand('alarm.acknowledge');
  const high = [...open.values()].filter((alarm) => alarm.priority === 'high' && !isAcknowledged(alarm)).sort(byUrgency);
  const [first, ...rest] = high;
  if (first === undefined) return null;
  const patient = first.patientId === null ? undefined : ward.get(first.patientId)?.patient;
  return (
    <section className={classes.banner} data-tone="high" aria-label="High priority alarms">
      <span className={classes.flash}>
        <PriorityIcon priority="high" size={24} />
      </span>
      <span className={classes.bannerText}>
        <strong>
          High: {first.message}
          {patient !== undefined && `, ${patient.name}${patient.location === '' ? '' : `, ${patient.location}`}`}
        </strong>
        {` · ${first.detail} · ${first.endedAtMs === null ? 'for' : 'ended, raised'} ${ageWords(nowMs - first.raisedAtMs)}${
          first.endedAtMs === null ? '' : ' ago'
        }`}
        {error !== null && <strong> · Not acknowledged: {errorWords(error)}</strong>}
      </span>
      {rest.length > 0 && (
        <Link to="/alarms" className={classes.bannerButton}>
          {rest.length} more
        </Link>
      )}
      {patient !== undefined && (
        <Link to={`/patients/${patient.patientId}`} className={classes.bannerButton}>
          Open patient
        </Link>
      )}
      <button
        type="button"
        className={classes.bannerButton}
        data-solid
        disabled={pending}
        onClick={() => void run({ alarmId: first.alarmId })}
      >
        Acknowledge
      </button>
    </section>
  );
}
