// What must not be missed on any screen: a lost connection, problems of the console, unacknowledged high alarms.
import { IconAlertTriangleFilled, IconPlugConnectedX } from '@tabler/icons-react';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { errorWords } from '../../client/index.ts';
import { useCommand } from '../../client/use-command.ts';
import { AlarmNowLine } from '../../components/alarm-now-line.tsx';
import { isOnePress } from '../../components/one-press.ts';
import { PriorityIcon } from '../../components/priority.tsx';
import { byUrgency, isAcknowledged, useAlarms } from '../../stores/alarms.ts';
import { useNowMs } from '../../stores/clock.ts';
import { useConnection } from '../../stores/connection.ts';
import { ageWords } from '../../stores/freshness.ts';
import { useLive } from '../../stores/live.ts';
import { useSettings } from '../../stores/settings.ts';
import { useStatus } from '../../stores/status.ts';
import classes from './app-shell.module.css';

export function Banners() {
  const frame = useRef<HTMLDivElement>(null);
  return (
    <div ref={frame} tabIndex={-1} className={classes.banners}>
      <ConnectionBanner />
      <HighAlarmBanner onAcknowledged={() => frame.current?.focus()} />
      <ProblemBanner />
    </div>
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
        <strong>
          No connection to the console{/* Seen counting, but spoken once. */}
          <span aria-hidden="true">{since}</span>.
        </strong>{' '}
        Everything below is old. Connecting again…
      </span>
    </div>
  );
}

function ProblemBanner() {
  const [more, setMore] = useState(false);
  const known = useStatus((state) => state.status?.problems) ?? [];
  const open = useAlarms((state) => state.open);
  // What the red banner says now, or will say next, is not said twice.
  const high = [...open.values()].filter((alarm) => alarm.priority === 'high' && !isAcknowledged(alarm));
  const problems = known.filter((problem) => !high.some(({ message }) => problem.startsWith(`${message}: `)));
  const wardProblem = useLive((state) => (state.phase === 'ready' ? state.problem : ''));
  if (problems.length === 0 && wardProblem === '') return null;
  return (
    <section className={classes.banner} data-tone="medium" data-more={more || undefined} aria-label="Problems of the console">
      <IconAlertTriangleFilled size={20} aria-hidden="true" />
      <span className={`${classes.bannerText} ${classes.bannerLine}`}>
        {/* Each is an alarm, spoken as one when it begins: here its numbers go on changing. */}
        {problems.map((problem) => (
          <Problem key={titleOf(problem)} words={problem} />
        ))}
        <span role="status">{wardProblem !== '' && `The ward could not be refreshed: ${wardProblem}`}</span>
      </span>
      <MoreButton open={more} of="the problems of the console" onOpen={setMore} />
    </section>
  );
}

function Problem({ words }: { readonly words: string }) {
  const title = titleOf(words);
  return (
    <span className={classes.problem}>
      <strong>{title}</strong>
      {words.slice(title.length)}
    </span>
  );
}

/** `The disk is nearly full` of `The disk is nearly full: 47 MiB …`. */
function titleOf(words: string): string {
  return words.split(': ', 1)[0] ?? words;
}

interface MoreButtonProps {
  readonly open: boolean;
  readonly of: string;
  readonly onOpen: (open: boolean) => void;
}

/** Seen in a narrow window, where only the first line stands until it is asked for more. */
function MoreButton({ open, of, onOpen }: MoreButtonProps): ReactElement {
  return (
    <button
      type="button"
      className={`${classes.bannerButton} ${classes.bannerMore}`}
      aria-expanded={open}
      aria-label={`${open ? 'Less' : 'More'} about ${of}`}
      onClick={() => onOpen(!open)}
    >
      {open ? 'Less' : 'More'}
    </button>
  );
}

interface HighAlarmBannerProps {
  /** The alarm is gone from the banner, and with it the button that had the focus. */
  readonly onAcknowledged: () => void;
}

function HighAlarmBanner({ onAcknowledged }: HighAlarmBannerProps) {
  const open = useAlarms((state) => state.open);
  const ward = useLive((state) => state.ward);
  const nowMs = useNowMs();
  const { run, clear, pending, error } = useCommand('alarm.acknowledge');
  const connected = useConnection((state) => state.connected);
  const settings = useSettings((state) => state.settings);
  const high = [...open.values()].filter((alarm) => alarm.priority === 'high' && !isAcknowledged(alarm)).sort(byUrgency);
  const [more, setMore] = useState(false);
  const [first, ...rest] = high;
  const firstId = first?.alarmId;
  // Why it was not acknowledged is said of that alarm, until it can be tried again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: they say when.
  useEffect(clear, [connected, firstId]);
  if (first === undefined) return null;
  const live = first.patientId === null ? undefined : ward.get(first.patientId);
  const patient = live?.patient;
  const acknowledge = async (): Promise<void> => {
    if ((await run({ alarmId: first.alarmId })) !== null) onAcknowledged();
  };
  return (
    <section className={classes.banner} data-tone="high" data-more={more || undefined} aria-label="High priority alarms">
      <span className={classes.flash}>
        <PriorityIcon priority="high" size={24} />
      </span>
      <span className={classes.bannerText}>
        <strong>
          High: {first.message}
          {patient !== undefined && `, ${patient.name}${patient.location === '' ? '' : `, ${patient.location}`}`}
        </strong>
        <span className={classes.bannerRest}>
          {' · '}
          <AlarmNowLine alarm={first} live={live} context={{ nowMs, connected, units: settings, timeZone: settings.timeZone }} />
          {` · ${first.endedAtMs === null ? 'for' : 'ended, raised'} ${ageWords(nowMs - first.raisedAtMs)}${
            first.endedAtMs === null ? '' : ' ago'
          }`}
        </span>
        {error !== null && <strong> · Not acknowledged: {errorWords(error)}</strong>}
      </span>
      {rest.length > 0 && (
        <Link to="/alarms" className={`${classes.bannerButton} ${classes.bannerRest}`}>
          {rest.length} more
        </Link>
      )}
      {patient !== undefined && (
        <Link to={`/patients/${patient.patientId}`} className={`${classes.bannerButton} ${classes.bannerRest}`}>
          Open patient
        </Link>
      )}
      <MoreButton open={more} of="the high priority alarms" onOpen={setMore} />
      <button
        key={first.alarmId}
        type="button"
        className={classes.bannerButton}
        data-solid
        disabled={pending}
        onClick={(event) => isOnePress(event) && void acknowledge()}
      >
        Acknowledge
      </button>
    </section>
  );
}
