// Speaks new alarms to screen readers, shows a notice for those that have no banner of their own, and reminds of those acknowledged
// whose cause goes on.
import { VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useState } from 'react';
import type { Alarm } from '../../../src-main/contract/models.ts';
import { consoleClient } from '../../client/index.ts';
import { PriorityIcon, priorityWord } from '../../components/priority.tsx';
import { isAcknowledged, useAlarms } from '../../stores/alarms.ts';
import { useLive } from '../../stores/live.ts';

const NOTICE_MS = 10_000;
const NOTICE_COLOR = { high: 'red', medium: 'yellow', low: 'cyan' } as const;

export function AlarmAnnouncer() {
  const [spoken, setSpoken] = useState('');
  useEffect(
    () =>
      useAlarms.subscribe((state, before) => {
        if (!before.loaded || state.open === before.open) return;
        const fresh = [...state.open.values()].filter((alarm) => !isAcknowledged(alarm) && !before.open.has(alarm.alarmId));
        if (fresh.length === 0) return;
        setSpoken(fresh.map(alarmSentence).join('. '));
        for (const alarm of fresh) if (alarm.priority !== 'high') showNotice(alarm);
      }),
    [],
  );
  useEffect(
    () =>
      consoleClient().listen('alarm.reminder', (alarm) => {
        setSpoken(`Still the case: ${alarmSentence(alarm)}`);
        showNotice(alarm, 'Still the case: ');
      }),
    [],
  );
  return (
    <VisuallyHidden role="alert" aria-live="assertive">
      {spoken}
    </VisuallyHidden>
  );
}

function patientName(alarm: Alarm): string {
  const patient = alarm.patientId === null ? undefined : useLive.getState().ward.get(alarm.patientId)?.patient;
  return patient === undefined ? '' : patient.name;
}

function alarmSentence(alarm: Alarm): string {
  const name = patientName(alarm);
  return `${priorityWord(alarm.priority)} alarm: ${alarm.message}${name === '' ? '' : `, ${name}`}. ${alarm.detail}`;
}

function showNotice(alarm: Alarm, lead = ''): void {
  // There it is in the list already, and the notice would lie on a button that acknowledges.
  if (window.location.hash.startsWith('#/alarms')) return;
  const name = patientName(alarm);
  notifications.show({
    id: alarm.alarmId,
    // Spoken already by the assertive region above.
    role: 'presentation',
    title: `${lead}${priorityWord(alarm.priority)}: ${alarm.message}`,
    message: name === '' ? alarm.detail : `${name} · ${alarm.detail}`,
    icon: <PriorityIcon priority={alarm.priority} />,
    color: NOTICE_COLOR[alarm.priority],
    autoClose: NOTICE_MS,
  });
}
