// The value of an alarm when it was raised and now, in one line: figure, age, better or worse, and the direction as word and arrow.
import type { ReactElement } from 'react';
import type { Alarm, PatientLive } from '../../src-main/contract/models.ts';
import { clockText } from '../charts/clinic-time.ts';
import { type AlarmNow, alarmNow, COURSE_WORDS } from './alarm-now.ts';
import { TREND_WORDS, type VitalContext } from './describe-vital.ts';
import { TrendArrow } from './trend-arrow.tsx';

interface AlarmNowLineProps {
  readonly alarm: Alarm;
  readonly live: PatientLive | undefined;
  readonly context: VitalContext & { readonly timeZone: string };
  /** What raised it; its whole words where left out. */
  readonly raised?: string;
}

export function AlarmNowLine({ alarm, live, context, raised = alarm.detail }: AlarmNowLineProps): ReactElement {
  const now = alarmNow(alarm, live, context);
  if (now === null) return <>{raised}</>;
  return (
    <>
      {raised} at {clockText(alarm.raisedAtMs, context.timeZone)} · <AlarmNowWords now={now} />
    </>
  );
}

function AlarmNowWords({ now: { text, course, trend } }: { readonly now: AlarmNow }): ReactElement {
  return (
    <span>
      <strong>now {text}</strong>
      {course !== null && `, ${COURSE_WORDS[course]}`}
      {trend !== null && (
        <>
          , {TREND_WORDS[trend]}{' '}
          <span style={{ verticalAlign: '-2px' }}>
            <TrendArrow trend={trend} size={16} />
          </span>
        </>
      )}
    </span>
  );
}
