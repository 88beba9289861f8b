// The import rules as one table: what each part of the source may import. The first entry that holds a file decides.

export interface Rule {
  /** A folder, or one file. */
  readonly part: string;
  /** Folders or files of this repository it may import, beside itself. */
  readonly may: readonly string[];
  /** Packages it may import; `*`: any that no other rule reserves. `node:*`: Node's own. */
  readonly packages: readonly string[];
  readonly because: string;
  /** Inside the part or what it may import, but not for it. */
  readonly never: readonly string[];
}

const LEAF = ['src-main/contract', 'src-main/vitals'] as const;
const LINK = [...LEAF, 'src-main/links', 'src-main/accounts/throttle.ts', 'src-main/accounts/tokens.ts'] as const;
const NODE = 'node:*';

export const RULES: readonly Rule[] = [
  rule('src-main/vitals', [], [], 'the rules of the field are pure: no Node, no DOM, no Electron'),
  rule('src-main/contract', LEAF, ['zod'], 'the contract is a leaf: no Node, no DOM, no Electron'),

  rule('src-main/links/bluetooth/noble-central.ts', LINK, [NODE, '@abandonware/noble'], 'a link knows nothing of what follows'),
  rule(
    'src-main/links/bluetooth/virtual-radio',
    [...LINK, 'firmware'],
    [NODE, '@abandonware/noble'],
    'a link knows nothing of what follows',
  ),
  rule(
    'src-main/links/bluetooth/virtual-radio.ts',
    [...LINK, 'firmware'],
    [NODE, '@abandonware/noble'],
    'a link knows nothing of what follows',
  ),
  rule(
    'src-main/links/bluetooth/noble-connection.ts',
    LINK,
    [NODE, '@abandonware/noble'],
    'a link knows nothing of what follows',
  ),
  rule('src-main/links/bluetooth/system-radio.ts', LINK, [NODE, '@abandonware/noble'], 'a link knows nothing of what follows'),
  rule(
    'src-main/links/bluetooth/noble-entries.d.ts',
    LINK,
    [NODE, '@abandonware/noble'],
    'declares the entries of noble that it has no types for',
  ),
  rule('src-main/links/http', LINK, [NODE, 'fastify'], 'a link knows nothing of what follows'),
  rule('src-main/links/mqtt', LINK, [NODE, 'mqtt', 'aedes'], 'a link knows nothing of what follows'),
  rule('src-main/links', LINK, [NODE], 'a link knows nothing of what follows, and only the central and the radios know noble'),

  rule('src-main/accounts', [...LEAF, 'src-main/store/ports.ts'], [NODE], 'accounts reach the store through its ports'),
  rule(
    'src-main/alarms',
    [...LEAF, 'src-main/links/link.ts', 'src-main/store/ports.ts', 'src-main/intake'],
    [NODE, 'nodemailer', 'pino'],
    'threshold alarms never wait for the store or the models',
  ),
  rule(
    'src-main/intake',
    [...LEAF, 'src-main/links/link.ts', 'src-main/store/ports.ts', 'src-main/alarms', 'src-main/threads'],
    [NODE, 'pino'],
    'intake hands on to the engine and knows no link',
  ),
  rule(
    'src-main/store',
    [...LEAF, 'src-main/links/link.ts', 'src-main/risk/port.ts'],
    [NODE, 'better-sqlite3'],
    'the store knows readings, not where they go',
  ),
  rule(
    'src-main/risk/vision',
    [...LEAF, 'src-main/risk'],
    [NODE, 'zod', '@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-node'],
    'the models know facts, not where they are stored',
  ),
  rule('src-main/risk', LEAF, [NODE, 'onnxruntime-node', 'zod'], 'the models know facts, not where they are stored'),
  rule(
    'src-main/reports',
    [...LEAF, 'src-main/store/ports.ts', 'src-main/links/link.ts'],
    [NODE, 'pdfmake', 'echarts'],
    'reports are made from what the store answers',
  ),
  rule(
    'src-main/threads',
    [...LEAF, 'src-main/links/link.ts', 'src-main/store', 'src-main/risk', 'src-main/reports', 'src-main/alarms/rehearsal.ts'],
    [NODE, 'pino'],
    'workers hold the store, the models and the reports; of what follows only the rehearsal of alarm rules',
  ),
  rule('src-main/hosts/desktop', ['src-main'], ['*', NODE, 'electron'], 'only the desktop host knows Electron'),
  rule('src-main/hosts', ['src-main', 'firmware'], ['*', NODE], 'only the desktop host knows Electron'),
  rule('src-main', ['src-main', 'firmware'], [NODE, 'pino', 'zod'], 'the core never imports a host or Electron', [
    'src-main/hosts',
  ]),

  rule('src-renderer/vite.config.ts', [], [NODE, 'vite', '@vitejs/plugin-react'], 'the build configuration stands alone'),
  rule('src-renderer', LEAF, ['*'], 'a screen knows the contract and the rules of the field, and no Node'),
  rule(
    'firmware',
    LEAF,
    [NODE, '@stoprocent/bleno', 'better-sqlite3', 'commander', 'mqtt', 'serialport', 'zod'],
    'the wearable stands alone: it may be flashed without the console',
  ),
];

/** Packages that only rules naming them may import, whatever `*` says. */
export const RESERVED: readonly string[] = ['electron', '@abandonware/noble', 'better-sqlite3', 'onnxruntime-node'];

function rule(
  part: string,
  may: readonly string[],
  packages: readonly string[],
  because: string,
  never: readonly string[] = [],
): Rule {
  return { part, may, packages, because, never };
}
