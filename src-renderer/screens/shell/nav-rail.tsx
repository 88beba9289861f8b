// Where one can go: icons with words, and the number of alarms nobody has acknowledged.
import { IconBellRinging, IconDeviceWatch, IconLayoutGrid, IconSettings } from '@tabler/icons-react';
import { NavLink, useLocation } from 'react-router';
import { Brand } from '../../components/brand.tsx';
import { isAcknowledged, useAlarms, worstUnacknowledged } from '../../stores/alarms.ts';
import classes from './app-shell.module.css';

const PLACES = [
  { to: '/', name: 'Ward', Icon: IconLayoutGrid },
  { to: '/devices', name: 'Devices', Icon: IconDeviceWatch },
  { to: '/alarms', name: 'Alarms', Icon: IconBellRinging },
  { to: '/settings', name: 'Settings', Icon: IconSettings },
] as const;

export function NavRail() {
  const open = useAlarms((state) => state.open);
  const { pathname } = useLocation();
  const unacknowledged = [...open.values()].filter((alarm) => !isAcknowledged(alarm));
  const worst = worstUnacknowledged(unacknowledged);
  return (
    <nav className={classes.rail} aria-label="Main">
      <div className={classes.mark}>
        <Brand size={36} name={false} />
      </div>
      <ul className={classes.links}>
        {PLACES.map(({ to, name, Icon }) => (
          <li key={to}>
            <NavLink
              to={to}
              end={to === '/'}
              className={classes.link ?? ''}
              {...(to === '/' && pathname.startsWith('/patients/') ? { 'aria-current': 'page' } : {})}
            >
              <Icon size={26} stroke={1.75} aria-hidden="true" />
              {name}
              {to === '/alarms' && worst !== undefined && (
                <span className={classes.count} data-priority={worst.priority}>
                  {unacknowledged.length}
                </span>
              )}
            </NavLink>
          </li>
        ))}
      </ul>
    </nav>
  );
}
