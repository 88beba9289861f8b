// Beside the monitor: the three risks and the open alarms, each a way to its details.
import { Button, Text, UnstyledButton } from '@mantine/core';
import { IconBell, IconCheck, IconChevronRight, IconPencilPlus } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { PatientLive } from '../../../src-main/contract/models.ts';
import { RISK_TITLES } from '../../../src-main/vitals/risk-titles.ts';
import { AlarmNowLine } from '../../components/alarm-now-line.tsx';
import { byUrgency } from '../../stores/alarms.ts';
import { ageWords } from '../../stores/freshness.ts';
import { AlarmMark } from './alarm-mark.tsx';
import { LevelWord } from './level-word.tsx';
import { inputTitle } from './model-inputs.ts';
import classes from './now-rail.module.css';
import { percentText } from './receipt-model.ts';
import { type Here, valueContext } from './use-patient.ts';

interface NowRailProps {
  readonly live: PatientLive;
  readonly here: Here;
  readonly onOpen: (tab: string) => void;
}

export function NowRail({ live, here, onOpen }: NowRailProps): ReactElement {
  const alarms = [...live.alarms].sort(byUrgency);
  return (
    <aside className={classes.rail} aria-label="Risks and alarms">
      <section className={classes.card} data-old={here.connected ? undefined : true}>
        <h2 className={classes.title}>Risk</h2>
        {(['hypoxia', 'heart', 'diabetes'] as const).map((model) => {
          const one = live.predictions.find((prediction) => prediction.model === model);
          return (
            <UnstyledButton key={model} className={classes.line} onClick={() => onOpen('risk')}>
              <span className={classes.lineMain}>
                <span className={classes.lineTitle}>{RISK_TITLES[model]}</span>
                <span className={classes.lineNote} data-scored={(one?.probability ?? null) !== null || undefined}>
                  {!one
                    ? 'not scored yet'
                    : one.probability === null
                      ? `needs ${one.missing.slice(0, 2).map(inputTitle).join(', ')}${one.missing.length > 2 ? ' …' : ''}`
                      : `scored ${ageWords(here.nowMs - one.scoredAtMs)} ago`}
                </span>
              </span>
              {one && one.probability !== null ? <span className={classes.percent}>{percentText(one.probability)}</span> : null}
              {one ? <LevelWord level={one.level} /> : null}
              <IconChevronRight size={16} aria-hidden="true" className={classes.chevron} />
            </UnstyledButton>
          );
        })}
      </section>
      <section className={classes.card}>
        <h2 className={classes.title}>Open alarms</h2>
        {alarms.length === 0 ? (
          <Text c="dimmed" size="sm" className={classes.none}>
            <IconCheck size={16} aria-hidden="true" /> No open alarms
          </Text>
        ) : (
          alarms.slice(0, 5).map((alarm) => (
            <UnstyledButton key={alarm.alarmId} className={classes.line} onClick={() => onOpen('alarms')}>
              <AlarmMark alarm={alarm} />
              <span className={classes.lineMain}>
                <span className={classes.lineTitle}>{alarm.message}</span>
                <span className={classes.lineNote}>
                  <AlarmNowLine alarm={alarm} live={live} context={valueContext(here)} /> ·{' '}
                  <span className={classes.age}>{ageWords(here.nowMs - alarm.raisedAtMs)} ago</span>
                </span>
              </span>
              <IconChevronRight size={16} aria-hidden="true" className={classes.chevron} />
            </UnstyledButton>
          ))
        )}
        {alarms.length > 5 ? (
          <Button variant="subtle" size="compact-sm" leftSection={<IconBell size={16} />} onClick={() => onOpen('alarms')}>
            All {alarms.length} open alarms
          </Button>
        ) : null}
      </section>
      <Button variant="default" leftSection={<IconPencilPlus size={18} />} onClick={() => onOpen('enter')}>
        Enter values by hand
      </Button>
    </aside>
  );
}
