// Which screen stands at which address. Hash addresses work alike under app:// and http:// and survive a reload.
import { createHashRouter, type RouteObject } from 'react-router';
import { AppShell } from './screens/shell/app-shell.tsx';
import { NotFoundScreen } from './screens/shell/not-found-screen.tsx';
import { RouteProblem } from './screens/shell/route-problem.tsx';
import { ScreenSkeleton } from './screens/shell/screen-skeleton.tsx';
import { WardScreen } from './screens/ward/ward-screen.tsx';

const ROUTES: RouteObject[] = [
  {
    path: '/',
    Component: AppShell,
    HydrateFallback: ScreenSkeleton,
    ErrorBoundary: RouteProblem,
    children: [
      {
        ErrorBoundary: RouteProblem,
        children: [
          { index: true, Component: WardScreen },
          {
            path: 'patients/:patientId',
            lazy: async () => ({ Component: (await import('./screens/patient/patient-screen.tsx')).PatientScreen }),
          },
          {
            path: 'devices',
            lazy: async () => ({ Component: (await import('./screens/devices/devices-screen.tsx')).DevicesScreen }),
          },
          {
            path: 'alarms',
            lazy: async () => ({ Component: (await import('./screens/alarms/alarms-screen.tsx')).AlarmsScreen }),
          },
          {
            path: 'settings',
            lazy: async () => ({ Component: (await import('./screens/settings/settings-screen.tsx')).SettingsScreen }),
          },
          { path: '*', Component: NotFoundScreen },
        ],
      },
    ],
  },
];

/** Made when somebody is signed in, not on import: the address may still hold a session then. */
export function createConsoleRouter(): ReturnType<typeof createHashRouter> {
  return createHashRouter(ROUTES);
}
