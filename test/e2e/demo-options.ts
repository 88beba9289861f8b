// How the tests start the demo: throw-away data, any free port, no browser opened for a person.
import type { HostOptions } from '../../src-main/hosts/options.ts';

export const DEMO: HostOptions = {
  demo: true,
  headless: true,
  browser: false,
  dataDir: null,
  host: '127.0.0.1',
  port: 0,
  allowedHosts: [],
  replay: null,
  speed: 1,
};
