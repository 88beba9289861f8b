// The command line of HealthSense: serve, patients, devices, users, reports, exports and backups. Run as a script.
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { PATIENT_PROFILES } from '../../firmware/raspberry-pi/patient-profiles.ts';
import type { CommandInput } from '../contract/commands.ts';
import { ConsoleError } from '../contract/errors.ts';
import { appVersion } from '../installation.ts';
import type { MqttOptions } from '../mqtt.ts';
import type { SimulateOptions } from './cli-simulate.ts';
import { DEFAULT_PORT, parsePort, UsageError } from './options.ts';
import { plainWords } from './shutdown.ts';

interface Common {
  readonly dataDir?: string;
}

interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly allowedHost?: string[];
  readonly mqttBroker?: string;
  readonly mqttGroup?: string;
  readonly mqttPort?: number;
  readonly mqttCa?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** @throws UsageError where only one of the two is given */
function tlsFiles({ tlsCert: cert, tlsKey: key }: ServeOptions): { readonly cert: string; readonly key: string } | null {
  if (cert === undefined && key === undefined) return null;
  if (cert === undefined || key === undefined) throw new UsageError('--tls-cert and --tls-key belong together.');
  return { cert, key };
}

/** The password does not belong on a command line, where everybody on the machine can read it. */
function mqttOptions(options: ServeOptions): MqttOptions {
  const { host, mqttBroker, mqttGroup, mqttPort, mqttCa } = options;
  const tls = tlsFiles(options);
  const { HEALTHSENSE_MQTT_USER: user, HEALTHSENSE_MQTT_PASSWORD: password } = process.env;
  return {
    ...(mqttBroker !== undefined && {
      broker: {
        url: mqttBroker,
        ...(mqttGroup && { group: mqttGroup }),
        ...(user && { user }),
        ...(password && { password }),
        ...(mqttCa && { tlsFiles: { ca: mqttCa } }),
      },
    }),
    ...(mqttPort !== undefined && { embedded: { host, port: mqttPort, ...(tls && { tlsFiles: tls }) } }),
  };
}

/** Loaded when a command runs, so that `--help` and wrong use answer at once and before anything native is loaded. */
const commands = () => import('./cli-commands.ts');

const program = new Command('healthsense')
  .description('HealthSense clinic console. Decision support, not a certified medical device.')
  .version(appVersion(), '-V, --version', 'print the version')
  .exitOverride()
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError('(--help lists what is possible)');

/** Every command works on a data directory. */
function add(parent: Command, nameAndArguments: string, description: string): Command {
  return parent.command(nameAndArguments).description(description).option('--data-dir <dir>', 'where the data is kept');
}

add(program, 'serve', 'run the console and serve it to browsers and devices')
  .option('--port <n>', 'port to listen on; 0: any free one', port, DEFAULT_PORT)
  .option('--host <h>', 'address to listen on', '127.0.0.1')
  .option('--allowed-host <name...>', 'a further name the console is reached by')
  .option('--mqtt-broker <url>', 'take readings from this broker; user and password from HEALTHSENSE_MQTT_USER and _PASSWORD')
  .option('--mqtt-group <name>', 'share the broker’s readings with the other consoles of this group')
  .option('--mqtt-ca <file>', 'trust the broker’s certificate by this authority in PEM, in place of the system’s')
  .option('--tls-cert <file>', 'serve over TLS with this certificate in PEM; screens, devices and the MQTT port alike')
  .option('--tls-key <file>', 'the key of that certificate in PEM')
  .option('--mqtt-port <n>', 'be a broker too, on this port of the same address; 0: any free one', port)
  .action(async (options: Common & ServeOptions) => {
    const [{ ensureRenderer }, { serveHeadless }, { dataDirFrom }, { untilSignal }] = await Promise.all([
      import('./renderer-build.ts'),
      import('./headless/main.ts'),
      import('./data-dir.ts'),
      import('./shutdown.ts'),
    ]);
    const tls = tlsFiles(options);
    await ensureRenderer();
    const opening = serveHeadless({
      dataDir: dataDirFrom(options.dataDir),
      host: options.host,
      port: options.port,
      allowedHosts: options.allowedHost ?? [],
      mqtt: mqttOptions(options),
      ...(tls && { tlsFiles: tls }),
    });
    process.exitCode = await untilSignal(opening);
  });

const patient = program.command('patient').description('patients');
add(patient, 'add', 'add a patient')
  .requiredOption('--mrn <number>', 'medical record number')
  .requiredOption('--name <name>', 'full name')
  .requiredOption('--birth-date <date>', 'as 1960-05-01')
  .addOption(new Option('--sex <sex>').choices(['female', 'male', 'other', 'unknown']).makeOptionMandatory())
  .option('--location <place>', 'ward, room or bed', '')
  .action(async ({ dataDir, ...fields }: Common & CommandInput<'patient.add'>) => {
    const { patientId, mrn, name } = await (await commands()).withConsole(dataDir, ({ send }) => send('patient.add', fields));
    print(`patient ${patientId}: ${name}, medical record number ${mrn}`);
  });

const device = program.command('device').description('wearables and other devices');
add(device, 'add <id>', 'add a device and print its token, this once')
  .option('--patient <mrn>', 'who wears it from now on')
  .action(async (deviceId: string, { dataDir, patient: mrn }: Common & { patient?: string }) => {
    const { withConsole } = await commands();
    const { token } = await withConsole(dataDir, async ({ send, patientByMrn }) => {
      const patientId = mrn === undefined ? null : (await patientByMrn(mrn)).patientId;
      return send('device.add', { deviceId, patientId });
    });
    print(token);
  });
add(device, 'list', 'list the devices').action(async ({ dataDir }: Common) => {
  const devices = await (await commands()).withConsole(dataDir, ({ send }) => send('device.list', {}));
  const when = (atMs: number | null): string => (atMs === null ? 'never' : new Date(atMs).toISOString());
  const rows = devices.map(({ deviceId, transport, boundTo, lastHeardAtMs, tokenUsedAtMs, tokenUsedFrom, revokedAtMs }) => [
    deviceId,
    transport,
    boundTo === null ? '-' : `${boundTo.mrn} ${boundTo.name}`,
    when(lastHeardAtMs),
    tokenUsedFrom === null ? '-' : `${when(tokenUsedAtMs)} from ${tokenUsedFrom}`,
    revokedAtMs === null ? 'in use' : 'revoked',
  ]);
  print(table([['DEVICE', 'LINK', 'PATIENT', 'LAST HEARD', 'TOKEN LAST USED', 'STATE'], ...rows]));
});
add(device, 'revoke <id>', "refuse a device's token; a console that is running does so within 2 seconds").action(
  async (deviceId: string, { dataDir }: Common) => {
    await (await commands()).withConsole(dataDir, ({ send }) => send('device.revoke', { deviceId }));
  },
);

program
  .command('simulate <id>')
  .description('a simulated wearable against a running console; its token comes from HEALTHSENSE_TOKEN')
  .option('--http <url>', 'post to this console, as http://127.0.0.1:4300')
  .option('--mqtt <url>', 'publish to this broker, as mqtt://127.0.0.1:1883')
  .option('--every <s>', 'seconds between two deliveries', positive, 5)
  .option('--for <s>', 'end by itself after so many seconds', positive)
  .addOption(new Option('--profile <patient>').choices([...PATIENT_PROFILES]).default('healthy'))
  .option('--replay <file>', 'a recording in CSV in place of the simulated patient')
  .option('--speed <n>', 'let the patient or the recording live this many times as fast', positive, 1)
  .option('--seed <n>', 'another patient of the same kind', positive, 1)
  .action(async (deviceId: string, options: SimulateOptions) => {
    const { simulate } = await import('./cli-simulate.ts');
    process.exitCode = await simulate(deviceId, options);
  });

const user = program.command('user').description('people who sign in');
add(user, 'add', 'add a user; the password comes from standard input')
  .requiredOption('--user-name <name>', 'what the user signs in with')
  .requiredOption('--display-name <name>', 'what others see')
  .addOption(new Option('--role <role>').choices(['nurse', 'doctor', 'admin']).makeOptionMandatory())
  .option('--password-file <file>', 'read the password from this file instead')
  .action(
    async ({
      dataDir,
      passwordFile,
      ...fields
    }: Common & { passwordFile?: string } & Omit<CommandInput<'user.add'>, 'password'>) => {
      const { readPassword } = await import('./cli-password.ts');
      const password = await readPassword(passwordFile);
      const added = await (await commands()).withConsole(dataDir, ({ send }) => send('user.add', { ...fields, password }));
      print(`user ${added.userId}: ${added.userName}, ${added.role}`);
    },
  );

add(program, 'report', "write a patient's PDF report, of the last two weeks unless told otherwise")
  .requiredOption('--patient <mrn>', 'medical record number')
  .requiredOption('--out <file>', 'file to write')
  .option('--from <time>', 'a day as 2026-03-01, or a time with offset')
  .option('--to <time>', 'a day (included), or a time with offset')
  .action(async ({ dataDir, ...ask }: Common & { patient: string; out: string; from?: string; to?: string }) => {
    const { withConsole, writeDocument } = await commands();
    await withConsole(dataDir, (console) => writeDocument(console, 'pdf', false, ask));
  });

add(program, 'export', "write a patient's stored data, all of it unless told otherwise")
  .requiredOption('--patient <mrn>', 'medical record number')
  .addOption(new Option('--format <format>').choices(['csv']).makeOptionMandatory())
  .requiredOption('--out <file>', 'file to write')
  .option('--from <time>', 'a day as 2026-03-01, or a time with offset')
  .option('--to <time>', 'a day (included), or a time with offset')
  .action(
    async ({ dataDir, format, ...ask }: Common & { patient: string; format: 'csv'; out: string; from?: string; to?: string }) => {
      const { withConsole, writeDocument } = await commands();
      await withConsole(dataDir, (console) => writeDocument(console, format, true, ask));
    },
  );

add(program, 'import', "take in a patient's readings and entries from a file that `export` has written; again changes nothing")
  .requiredOption('--patient <mrn>', 'medical record number')
  .requiredOption('--file <file>', 'file to read')
  .action(async ({ dataDir, patient: mrn, file }: Common & { patient: string; file: string }) => {
    const [{ withConsole }, { importCsv, importWords }] = await Promise.all([commands(), import('./cli-import.ts')]);
    const progress = progressLine();
    const imported = await withConsole(dataDir, (console) => importCsv(console, { mrn, file, onProgress: progress.tell }));
    progress.end();
    print(importWords(imported));
    if (imported.refused.length > 0) process.exitCode = 1;
  });

add(program, 'backup', 'copy the whole database into one file and check it, also while a server is running')
  .requiredOption('--out <file>', 'file to write')
  .action(async ({ dataDir, out }: Common & { out: string }) => {
    const { backup } = await import('./cli-backup.ts');
    const progress = progressLine();
    const words = await backup(dataDir, out, progress.tell);
    progress.end();
    print(words);
  });

add(program, 'restore', 'put a backup in the place of the database, which is kept beside it; no console may be running')
  .requiredOption('--file <file>', 'backup to restore')
  .action(async ({ dataDir, file }: Common & { file: string }) => {
    const { restore } = await import('./cli-backup.ts');
    const progress = progressLine();
    const words = await restore(dataDir, file, progress.tell);
    progress.end();
    print(words);
  });

process.exitCode = await main();

/** @returns the exit status: 0 fine, 1 it could not be done, 2 wrong use */
async function main(): Promise<number> {
  try {
    await program.parseAsync();
    return Number(process.exitCode ?? 0);
  } catch (error) {
    // Commander has said it already; help and version are no errors.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`${harmless(words(error))}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

function words(error: unknown): string {
  if (!(error instanceof ConsoleError)) return plainWords(error);
  const { message, field, limit } = error.detail;
  // The contract's name of a field is no word of the command line.
  const isNamed = field !== undefined && message.startsWith(`${field}: `);
  const said = isNamed ? `${optionOf(field)}${message.slice(field.length)}` : message;
  return limit === undefined || said.includes(limit) ? said : `${said} (${limit})`;
}

/** `birthDate` → `--birth-date`; what is no option is an argument, and its name in words: `device id`. */
function optionOf(field: string): string {
  const name = `--${field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return process.argv.some((word) => word === name || word.startsWith(`${name}=`)) ? name : name.slice(2).replaceAll('-', ' ');
}

function port(value: string): number {
  try {
    return parsePort(value);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function positive(value: string): number {
  const number = Number(value);
  if (!(number > 0 && number <= 86_400)) throw new InvalidArgumentError('A number above 0 and up to 86400 is needed.');
  return number;
}

/** One line on a terminal that is written over and over; nothing where nobody watches. */
function progressLine(): { tell(step: string, done: number | null): void; end(): void } {
  const { stderr } = process;
  let isShown = false;
  return {
    tell(step, done) {
      if (!stderr.isTTY) return;
      isShown = true;
      stderr.write(`\r\x1b[K${step}${done === null ? ' …' : ` ${Math.round(done * 100)} %`}`);
    },
    end() {
      if (isShown) stderr.write('\r\x1b[K');
    },
  };
}

/** Names come from people and devices: nothing in them drives the terminal or turns the text around. */
function harmless(text: string): string {
  return text.replaceAll(/[^\P{Cc}\n]|\p{Bidi_Control}/gu, '\ufffd');
}

function print(text: string): void {
  process.stdout.write(`${harmless(text)}\n`);
}

function table(unsafe: readonly (readonly string[])[]): string {
  const rows = unsafe.map((row) => row.map((cell) => harmless(cell.replaceAll('\n', ' '))));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
