// Vitest: every test below test/, in Node, each file in its own process. Files about the whole system come last and one at a time:
// they start servers and browsers, and would only wait for one another on a small machine.
import { defineConfig } from 'vitest/config';

const WHOLE_SYSTEM = ['test/crash/**/*.test.ts', 'test/hostile/**/*.test.ts', 'test/e2e/**/*.test.ts'];

export default defineConfig({
  root: new URL('..', import.meta.url).pathname,
  test: {
    pool: 'forks',
    testTimeout: 20_000,
    hookTimeout: 60_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'parts',
          include: ['test/**/*.test.ts', 'test/**/*.test.tsx'],
          exclude: WHOLE_SYSTEM,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: WHOLE_SYSTEM,
          globalSetup: ['test/build-screens.ts'],
          fileParallelism: false,
          // A browser on a machine that is busy with something else may miss a deadline; twice in a row is a fault.
          retry: process.env.CI ? 1 : 0,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
