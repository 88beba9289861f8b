// Alarms: what is open, most urgent first and kinds apart; and what has been.
import { Button, Group, SegmentedControl, Skeleton, Stack, Text } from '@mantine/core';
import { IconBellCheck, IconHeartbeat, IconTool, IconVolume } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { Alarm } from '../../../src-main/contract/models.ts';
import { EmptyNotice } from '../../components/notices.tsx';
import { ScreenHeader } from '../../components/screen-header.tsx';
import { playPriority } from '../../sound/alarm-sound.ts';
import { byUrgency, useAlarms } from '../../stores/alarms.ts';
import { useNowMs } from '../../stores/clock.ts';
import { AlarmHistory } from './alarm-history.tsx';
import { AlarmRow } from './alarm-row.tsx';
import classes from './alarms.module.css';

export function AlarmsScreen() {
  const [view, setView] = useState('open');
  const sound = useAlarms((state) => state.sound);
  const pause = useAlarms((state) => state.pause);
  const nowMs = useNowMs();
  const paused = pause !== null && pause.untilMs > nowMs;
  return (
    <>
      <ScreenHeader title="Alarms">
        <SegmentedControl
          aria-label="Which alarms"
          data={[
            { value: 'open', label: 'Open' },
            { value: 'history', label: 'History' },
          ]}
          value={view}
          onChange={setView}
        />
        <Button
          variant="default"
          disabled={sound !== 'ready'}
          leftSection={<IconVolume size={20} aria-hidden="true" />}
          onClick={() => playPriority('medium')}
        >
          Test sound
        </Button>
      </ScreenHeader>
      {paused && (
        <Text mb="md" role="status">
          Sound paused by {pause.by} for alarms up to {pause.maxPriority} priority. Alarms stay on screen
          {pause.maxPriority !== 'high' && '; a higher priority still sounds'}.
        </Text>
      )}
      {view === 'open' ? <OpenAlarms /> : <AlarmHistory />}
    </>
  );
}

function OpenAlarms() {
  const open = useAlarms((state) => state.open);
  const loaded = useAlarms((state) => state.loaded);
  if (!loaded) return <Skeleton height={240} radius="lg" />;
  const all = [...open.values()].sort(byUrgency);
  if (all.length === 0) {
    return (
      <EmptyNotice icon={<IconBellCheck size={44} stroke={1.5} />} title="No open alarms">
        Alarms appear here when a value passes its threshold or a device falls silent.
      </EmptyNotice>
    );
  }
  return (
    <Stack gap="lg">
      <AlarmGroup
        title="Physiological"
        icon={<IconHeartbeat size={22} aria-hidden="true" />}
        alarms={all.filter((a) => a.category === 'physiological')}
      />
      <AlarmGroup
        title="Technical"
        icon={<IconTool size={22} aria-hidden="true" />}
        alarms={all.filter((a) => a.category === 'technical')}
      />
    </Stack>
  );
}

interface AlarmGroupProps {
  readonly title: string;
  readonly icon: ReactNode;
  readonly alarms: readonly Alarm[];
}

function AlarmGroup({ title, icon, alarms }: AlarmGroupProps) {
  return (
    <section aria-label={`${title} alarms`}>
      <Group gap={8} mb="xs">
        {icon}
        <h2 className={classes.heading}>
          {title} <span className={classes.count}>({alarms.length})</span>
        </h2>
      </Group>
      {alarms.length === 0 ? (
        <Text c="dimmed">None.</Text>
      ) : (
        <ul className={`hs-card ${classes.list}`}>
          {alarms.map((alarm) => (
            <AlarmRow key={alarm.alarmId} alarm={alarm} />
          ))}
        </ul>
      )}
    </section>
  );
}
