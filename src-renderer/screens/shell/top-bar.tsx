// Clinic, open alarms, sound, connection, time and who is signed in: always in the same place.
import { Button, Menu, VisuallyHidden } from '@mantine/core';
import { IconBellCheck, IconLogout, IconPlugConnected, IconPlugConnectedX, IconUserCircle } from '@tabler/icons-react';
import { Link } from 'react-router';
import { clockSecondsText, dateText } from '../../charts/clinic-time.ts';
import { consoleClient } from '../../client/index.ts';
import { tokenKeeper } from '../../client/session-token.ts';
import { PriorityBadge } from '../../components/priority.tsx';
import { isAcknowledged, useAlarms } from '../../stores/alarms.ts';
import { useNowMs } from '../../stores/clock.ts';
import { useConnection } from '../../stores/connection.ts';
import { signOut, useSession } from '../../stores/session.ts';
import { useSettings } from '../../stores/settings.ts';
import classes from './app-shell.module.css';
import { AudioState } from './audio-state.tsx';

export function TopBar() {
  const clinicName = useSettings((state) => state.settings.clinicName);
  const connected = useConnection((state) => state.connected);
  return (
    <header className={classes.bar}>
      <div className={classes.clinic} title={clinicName}>
        {clinicName || 'HealthSense'}
      </div>
      <div className={classes.calls}>
        <AlarmSummary />
        <AudioState />
      </div>
      <span className={classes.state} data-warn={!connected || undefined}>
        {connected ? <IconPlugConnected size={20} aria-hidden="true" /> : <IconPlugConnectedX size={20} aria-hidden="true" />}
        <span className={classes.stateWords}>{connected ? 'Connected' : 'Not connected'}</span>
      </span>
      <ClinicClock />
      <UserMenu />
    </header>
  );
}

function AlarmSummary() {
  const open = useAlarms((state) => state.open);
  const all = [...open.values()];
  const counts = (['high', 'medium', 'low'] as const).map((priority) => {
    const alarms = all.filter((alarm) => alarm.priority === priority);
    return { priority, count: alarms.length, quiet: alarms.every(isAcknowledged) };
  });
  const shown = counts.filter(({ count }) => count > 0);
  return (
    <Link to="/alarms" className={classes.summary}>
      {shown.length > 0 && <VisuallyHidden>Open alarms: </VisuallyHidden>}
      {shown.length === 0 && (
        <span className={classes.state}>
          <IconBellCheck size={20} aria-hidden="true" />
          No alarms
        </span>
      )}
      {shown.map(({ priority, count, quiet }) => (
        <PriorityBadge key={priority} priority={priority} count={count} quiet={quiet} />
      ))}
    </Link>
  );
}

function ClinicClock() {
  const nowMs = useNowMs();
  const timeZone = useSettings((state) => state.settings.timeZone);
  return (
    <div className={classes.clock}>
      <span className={classes.clockDate}>{dateText(nowMs, timeZone)}</span> {clockSecondsText(nowMs, timeZone)}
    </div>
  );
}

function UserMenu() {
  const user = useSession((state) => state.user);
  if (user === null) return null;
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <Button
          variant="default"
          className={classes.user ?? ''}
          leftSection={<IconUserCircle size={20} aria-hidden="true" />}
          maw={220}
        >
          <span className={classes.userName}>{user.displayName}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          {user.userName} · {user.role}
        </Menu.Label>
        <Menu.Item
          leftSection={<IconLogout size={18} aria-hidden="true" />}
          onClick={() => void signOut(consoleClient(), tokenKeeper)}
        >
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
