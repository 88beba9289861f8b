// Which screen stands at which address. Hash addresses work alike under app:// and http:// and survive a reload.
import { createHashRouter, type RouteObject } from 'react-router';
import { AppShell } from './screens/shell/app-shell.tsx';
import { NotFoundScreen } from './screens/shell/not-found-screen.tsx';
import { RouteProblem } from './screens/shell/route-problem.tsx';
import { ScreenSkeleton } from './screens/shell/screen-skeleton.tsx';
import { WardScreen } from './screens/ward/ward-screen.tsx';

/** Each a file of its own, so that the ward is there first. */
const SCREENS = {
  patient: () => import('./screens/patient/patient-screen.tsx'),
  devices: () => import('./screens/devices/devices-screen.tsx'),
  alarms: () => import('./screens/alarms/alarms-screen.tsx'),
  settings: () => import('./screens/settings/settings-screen.tsx'),
} as const;

/** The others follow when the ward stands: they can be opened also while the console is away. */
const OTHERS_AFTER_MS = 2_000;

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
            lazy: async () => ({ Component: (await SCREENS.patient()).PatientScreen }),
          },
          {
            path: 'devices',
            lazy: async () => ({ Component: (await SCREENS.devices()).DevicesScreen }),
          },
          {
            path: 'alarms',
            lazy: async () => ({ Component: (await SCREENS.alarms()).AlarmsScreen }),
          },
          {
            path: 'settings',
            lazy: async () => ({ Component: (await SCREENS.settings()).SettingsScreen }),
          },
          { path: '*', Component: NotFoundScreen },
        ],
      },
    ],
  },
];

/** Made when somebody is signed in, not on import: the address may still hold a session then. */
export function createConsoleRouter(): ReturnType<typeof createHashRouter> {
  setTimeout(() => {
    for (const load of Object.values(SCREENS)) load().catch(() => undefined);
  }, OTHERS_AFTER_MS);
  return createHashRouter(ROUTES);
}
