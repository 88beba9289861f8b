// The frame around every screen: navigation, top bar, banners that must not be missed, and the screen itself.
import { Outlet, ScrollRestoration, useLocation } from 'react-router';
import { AlarmAnnouncer } from './alarm-announcer.tsx';
import classes from './app-shell.module.css';
import { Banners } from './banners.tsx';
import { NavRail } from './nav-rail.tsx';
import { TopBar } from './top-bar.tsx';

export function AppShell() {
  const { pathname } = useLocation();
  return (
    <div className={classes.shell}>
      <button type="button" className="hs-skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the main part
      </button>
      <NavRail />
      <div className={classes.column}>
        <div className={classes.top}>
          <TopBar />
          <Banners />
        </div>
        <main id="main" className={classes.main} tabIndex={-1} key={pathname}>
          <Outlet />
        </main>
      </div>
      <AlarmAnnouncer />
      <ScrollRestoration />
    </div>
  );
}
