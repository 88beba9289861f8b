// The read-only models a screen sees, as zod schemas with the types inferred from them. Times are UTC milliseconds.
import { z } from 'zod';
import { INPUT_KINDS } from '../vitals/inputs.ts';
import { VITAL_KINDS } from '../vitals/kinds.ts';

const timeMs = z.number().int();
const id = z.number().int().positive();

export const vitalKind = z.enum(VITAL_KINDS);
export const observationKind = z.enum([...VITAL_KINDS, ...INPUT_KINDS]);

/** Values that are not numbers (IEEE 11073 specials, meters' HI and LO): shown as what they are, never scored. */
export const specialValue = z.enum(['NaN', 'NRes', '+INF', '-INF', 'HI', 'LO']);
export type SpecialValue = z.infer<typeof specialValue>;

export const sex = z.enum(['female', 'male', 'other', 'unknown']);
export const role = z.enum(['nurse', 'doctor', 'admin']);
export type Role = z.infer<typeof role>;

export const user = z
  .object({ userId: id, userName: z.string(), displayName: z.string(), role, disabled: z.boolean() })
  .readonly();
export type User = z.infer<typeof user>;

export const patient = z
  .object({
    patientId: id,
    /** Medical record number: what staff call the patient by. */
    mrn: z.string(),
    name: z.string(),
    birthDate: z.iso.date(),
    sex,
    location: z.string(),
    note: z.string(),
    admittedAtMs: timeMs,
    dischargedAtMs: timeMs.nullable(),
  })
  .readonly();
export type Patient = z.infer<typeof patient>;

/** Where a value came from. */
export const valueSource = z.enum(['device', 'manual', 'profile']);

export const currentValue = z
  .object({
    kind: vitalKind,
    /** Null when `special` says what the device sent instead of a number. */
    value: z.number().nullable(),
    special: specialValue.nullable(),
    takenAtMs: timeMs,
    receivedAtMs: timeMs,
    source: valueSource,
    deviceId: z.string().nullable(),
    quality: z.array(z.string()).readonly(),
    /** Change per minute over the last readings, canonical unit; null where it cannot be told. */
    trendPerMinute: z.number().nullable(),
  })
  .readonly();
export type CurrentValue = z.infer<typeof currentValue>;

export const riskLevel = z.enum(['low', 'moderate', 'high', 'abstained']);
export type RiskLevel = z.infer<typeof riskLevel>;
export const riskModel = z.enum(['diabetes', 'heart', 'hypoxia']);
export type RiskModel = z.infer<typeof riskModel>;

/** Where moderate and high begin, as probabilities; the level of a result follows from them. */
export const riskLevels = z
  .object({ moderate: z.number().gt(0).lt(1), high: z.number().gt(0).lt(1) })
  .readonly()
  .refine(({ moderate, high }) => moderate < high, 'moderate must begin below high');
export type RiskLevels = z.infer<typeof riskLevels>;

export const prediction = z
  .object({
    /** Opaque; hand it back to `prediction.receipt`. */
    predictionId: z.string(),
    patientId: id,
    model: riskModel,
    version: z.string(),
    scoredAtMs: timeMs,
    probability: z.number().min(0).max(1).nullable(),
    level: riskLevel,
    missing: z.array(z.string()).readonly(),
  })
  .readonly();
export type Prediction = z.infer<typeof prediction>;

export const receiptInput = z
  .object({
    name: z.string(),
    title: z.string(),
    unit: z.string(),
    value: z.number().nullable(),
    /** For coded inputs: the label of the value. */
    label: z.string().nullable(),
    source: z.enum(['device', 'manual', 'profile', 'derived', 'stand-in', 'missing']),
    takenAtMs: timeMs.nullable(),
    required: z.boolean(),
    /** Outside the range the model was trained on. */
    outsideTraining: z.boolean(),
    trainingLow: z.number().nullable(),
    trainingHigh: z.number().nullable(),
    /** What this input added to the result, in `contributionUnit`; null where it cannot be told. */
    contribution: z.number().nullable(),
    remark: z.string(),
  })
  .readonly();
export type ReceiptInput = z.infer<typeof receiptInput>;

export const receipt = z
  .object({
    prediction,
    title: z.string(),
    modelKind: z.string(),
    sha256: z.string(),
    /** Those that held when it was scored. */
    thresholds: riskLevels,
    /** Those that hold now; null where the model is not here any more. */
    thresholdsNow: riskLevels.nullable(),
    contributionUnit: z.enum(['log-odds', 'probability']),
    contributionMethod: z.string(),
    inputs: z.array(receiptInput).readonly(),
    performance: z.string(),
  })
  .readonly();
export type Receipt = z.infer<typeof receipt>;

export const alarmState = z.enum(['active', 'latched', 'acknowledged', 'cleared']);
export const alarmPriority = z.enum(['high', 'medium', 'low']);
export type AlarmPriority = z.infer<typeof alarmPriority>;

export const alarm = z
  .object({
    alarmId: z.string(),
    category: z.enum(['physiological', 'technical']),
    rule: z.string(),
    priority: alarmPriority,
    patientId: id.nullable(),
    deviceId: z.string().nullable(),
    message: z.string(),
    /** The value and limit that raised it, in words with unit. */
    detail: z.string(),
    raisedAtMs: timeMs,
    /** When the condition was last seen to hold. */
    lastSeenAtMs: timeMs,
    /** When the condition ended; null while it holds. */
    endedAtMs: timeMs.nullable(),
    acknowledgedAtMs: timeMs.nullable(),
    acknowledgedBy: z.string().nullable(),
    /**
     * active: condition holds, nobody has acknowledged. latched: condition ended, nobody has acknowledged.
     * acknowledged: acknowledged while it holds. cleared: acknowledged and ended; a technical alarm clears with its cause.
     */
    state: alarmState,
  })
  .readonly();
export type Alarm = z.infer<typeof alarm>;

/** Audio pause of the console: visuals stay, a higher priority breaks through. */
export const audioPause = z.object({ untilMs: timeMs, by: z.string(), maxPriority: alarmPriority }).readonly().nullable();
export type AudioPause = z.infer<typeof audioPause>;

export const thresholdRule = z
  .object({
    ruleId: z.string(),
    title: z.string(),
    /** A vital, or `risk.<model>` whose unit is probability. */
    subject: z.string(),
    comparison: z.enum(['below', 'above']),
    limit: z.number(),
    unit: z.string(),
    /** The value must pass the limit this much the other way before the condition ends. */
    hysteresis: z.number().min(0),
    /** Consecutive readings before it is raised. */
    consecutive: z.number().int().min(1).max(20),
    priority: alarmPriority,
    enabled: z.boolean(),
    /** Null: for every patient. */
    patientId: id.nullable(),
  })
  .readonly();
export type ThresholdRule = z.infer<typeof thresholdRule>;

export const binding = z
  .object({
    bindingId: id,
    deviceId: z.string(),
    patientId: id,
    fromMs: timeMs,
    toMs: timeMs.nullable(),
    /** When somebody made it: `fromMs` may lie before that. */
    boundAtMs: timeMs,
    boundBy: z.string(),
  })
  .readonly();
export type Binding = z.infer<typeof binding>;

export const rejectionCount = z.object({ reason: z.string(), count: z.number().int(), lastAtMs: timeMs }).readonly();
export type RejectionCount = z.infer<typeof rejectionCount>;

export const cgmOctetOrder = z.enum(['status-first', 'warning-first']);
export type CgmOctetOrder = z.infer<typeof cgmOctetOrder>;

export const device = z
  .object({
    deviceId: z.string(),
    transport: z.enum(['bluetooth', 'http', 'mqtt']),
    name: z.string(),
    address: z.string().nullable(),
    model: z.string(),
    firmware: z.string(),
    /** Never heard of since the console started: `unseen`. */
    state: z.enum(['unseen', 'discovered', 'connecting', 'connected', 'lost', 'stopped']),
    detail: z.string(),
    batteryPercent: z.number().nullable(),
    rssiDbm: z.number().nullable(),
    clockOffsetMs: z.number().nullable(),
    lastHeardAtMs: timeMs.nullable(),
    addedAtMs: timeMs,
    revokedAtMs: timeMs.nullable(),
    /** Of devices that come by HTTP or MQTT: when and from which address the token was last used. */
    tokenUsedAtMs: timeMs.nullable(),
    tokenUsedFrom: z.string().nullable(),
    /** `untilMs`: when the binding ends by itself; null where bindings do not run out. */
    boundTo: z
      .object({ patientId: id, name: z.string(), mrn: z.string(), fromMs: timeMs, untilMs: timeMs.nullable() })
      .readonly()
      .nullable(),
    /**
     * Why its readings are believed. proved: a HealthSense wearable that knows its token; token: sent with each message over the
     * network; paired: a standard device that a person has paired. refused: it has not proved its token, and nothing of it is taken.
     */
    trust: z.enum(['proved', 'token', 'paired', 'refused']),
    /** corrected: it is wrong, by `clockOffsetMs`, and what it dates is put right on arrival and marked. */
    clock: z.enum(['unknown', 'right', 'corrected', 'unset']),
    /** Stored records it is handing in at present (`expected` 0: nobody knows how many); null while there are none. */
    backfill: z.object({ received: z.number().int(), expected: z.number().int() }).readonly().nullable(),
    /** Null: it has none, or has not been connected yet. */
    ecg: z
      .object({ lead: z.enum(['I', 'II']), sampleRateHz: z.number().int() })
      .readonly()
      .nullable(),
    /** How its continuous glucose sensor orders the three status octets. */
    cgmOctetOrder: cgmOctetOrder,
    accepted: z.number().int(),
    /** Of those accepted: how many it had kept and handed in later. */
    backfilled: z.number().int(),
    duplicates: z.number().int(),
    rejected: z.number().int(),
    /** Records it no longer has, by gaps in their numbers. */
    lost: z.number().int(),
    /** Readings heard while bound to nobody. */
    unbound: z.number().int(),
    lastRejection: z.string(),
    /** Why frames and readings were rejected since the console started, most frequent first, at most eight reasons. */
    rejections: z.array(rejectionCount).readonly(),
  })
  .readonly();
export type Device = z.infer<typeof device>;

export const scanResult = z
  .object({
    address: z.string(),
    name: z.string(),
    rssiDbm: z.number(),
    services: z.array(z.string()).readonly(),
    /** Already one of this console's devices. */
    deviceId: z.string().nullable(),
    seenAtMs: timeMs,
    /** Why it was not taken when somebody tried last; empty: nobody has tried, or it was taken. */
    refusal: z.string(),
  })
  .readonly();
export type ScanResult = z.infer<typeof scanResult>;

export const bluetoothState = z
  .object({
    /** busy: another program holds the adapter. starting: it has not answered yet. */
    state: z.enum(['starting', 'ready', 'scanning', 'off', 'unavailable', 'unauthorized', 'busy']),
    radio: z.string(),
    /** What is wrong and what to do about it, in plain words; empty when ready. */
    detail: z.string(),
  })
  .readonly();
export type BluetoothState = z.infer<typeof bluetoothState>;

/** Which radio the console uses. `virtual` is the demo's and the tests', never offered for choice elsewhere. */
export const adapterChoice = z.discriminatedUnion('kind', [
  /** `hci`: number of the adapter on Linux; null: the first. */
  z.object({ kind: z.literal('system'), hci: z.number().int().min(0).max(15).nullable() }).strict(),
  /** A controller on a serial port that speaks HCI (H4). */
  z
    .object({
      kind: z.literal('uart'),
      port: z.string().trim().min(1).max(200),
      baud: z.number().int().min(9_600).max(4_000_000),
    })
    .strict(),
  /** A USB dongle that the console drives by itself: vendor and product number. */
  z
    .object({
      kind: z.literal('usb'),
      vendorId: z.number().int().min(1).max(0xffff),
      productId: z.number().int().min(1).max(0xffff),
    })
    .strict(),
  z.object({ kind: z.literal('virtual') }).strict(),
]);
export type AdapterChoice = z.infer<typeof adapterChoice>;

export const bluetoothSettings = z
  .object({
    adapter: adapterChoice,
    /** A binding ends by itself this long after it was made; null: only by a person or a discharge. */
    bindingHours: z
      .number()
      .int()
      .min(1)
      .max(24 * 90)
      .nullable(),
  })
  .readonly();
export type BluetoothSettings = z.infer<typeof bluetoothSettings>;

/** An adapter this computer has at present, for the choice in the settings. */
export const adapterOffer = z.object({ adapter: adapterChoice, title: z.string() }).readonly();
export type AdapterOffer = z.infer<typeof adapterOffer>;

/** Readings of one device that are nobody's, with no longer pause between them than half an hour. */
export const unclaimedSpan = z
  .object({
    deviceId: z.string(),
    deviceName: z.string(),
    fromMs: timeMs,
    /** Of the last reading; a claim of [fromMs, toMs] takes all of them. */
    toMs: timeMs,
    count: z.number().int(),
    /** What was measured, to recognise somebody by; canonical units. */
    vitals: z
      .array(z.object({ kind: vitalKind, count: z.number().int(), min: z.number(), max: z.number() }).readonly())
      .readonly(),
  })
  .readonly();
export type UnclaimedSpan = z.infer<typeof unclaimedSpan>;

export const claim = z
  .object({
    claimId: id,
    deviceId: z.string(),
    fromMs: timeMs,
    toMs: timeMs,
    /** Null: set aside as nobody's. */
    patientId: id.nullable(),
    patientName: z.string(),
    claimedAtMs: timeMs,
    claimedBy: z.string(),
    undoneAtMs: timeMs.nullable(),
    undoneBy: z.string().nullable(),
  })
  .readonly();
export type Claim = z.infer<typeof claim>;

/** One frame of a live ECG, told only to screens that watch this patient. Nothing of it is stored. */
export const ecgFrame = z
  .object({
    patientId: id,
    deviceId: z.string(),
    /** Position of the first sample since the wearable began. */
    sampleIndex: z.number().int(),
    sampleRateHz: z.number().int(),
    lead: z.enum(['I', 'II']),
    nanovoltPerCount: z.number().int(),
    /** Signed counts, 12 bits. */
    samples: z.array(z.number().int()).readonly(),
    leadOff: z.boolean(),
    saturated: z.boolean(),
    /** Samples missing before these: a gap, to be drawn as one. */
    missingBefore: z.number().int(),
    receivedAtMs: timeMs,
  })
  .readonly();
export type EcgFrame = z.infer<typeof ecgFrame>;

export const patientLive = z
  .object({
    patient,
    values: z.array(currentValue).readonly(),
    predictions: z.array(prediction).readonly(),
    alarms: z.array(alarm).readonly(),
    devices: z.array(device).readonly(),
    news2: z
      .object({
        score: z.number().int(),
        complete: z.boolean(),
        missing: z.array(z.string()).readonly(),
        band: z.enum(['none', 'low', 'low-medium', 'medium', 'high']),
        anySingleThree: z.boolean(),
      })
      .readonly(),
  })
  .readonly();
export type PatientLive = z.infer<typeof patientLive>;

export const observation = z
  .object({
    observationId: id,
    patientId: id,
    kind: observationKind,
    /** Canonical unit. */
    value: z.number(),
    /** As it was typed. */
    enteredValue: z.string(),
    enteredUnit: z.string(),
    takenAtMs: timeMs,
    recordedAtMs: timeMs,
    recordedBy: z.string(),
    note: z.string(),
    /** Set where a person's value replaces a device's; the device's value stays stored. */
    overrides: z.object({ deviceId: z.string(), takenAtMs: timeMs, value: z.number().nullable() }).readonly().nullable(),
    retractedAtMs: timeMs.nullable(),
    retractedBy: z.string().nullable(),
    retractedReason: z.string().nullable(),
  })
  .readonly();
export type Observation = z.infer<typeof observation>;

/** One series as columns; a null between two points is a gap and is drawn as one. */
export const series = z
  .object({
    kind: vitalKind,
    timesMs: z.array(timeMs).readonly(),
    mean: z.array(z.number().nullable()).readonly(),
    min: z.array(z.number().nullable()).readonly(),
    max: z.array(z.number().nullable()).readonly(),
    resolution: z.enum(['raw', 'minute', 'hour']),
    /** Raw readings behind the points. */
    count: z.number().int(),
  })
  .readonly();
export type Series = z.infer<typeof series>;

export const auditEntry = z
  .object({
    auditId: id,
    atMs: timeMs,
    actor: z.string(),
    action: z.string(),
    subject: z.string(),
    detail: z.string(),
  })
  .readonly();
export type AuditEntry = z.infer<typeof auditEntry>;

export const settings = z
  .object({
    clinicName: z.string().max(120),
    /** IANA name; days on reports are days here. */
    timeZone: z.string(),
    glucoseUnit: z.enum(['mg/dL', 'mmol/L']),
    temperatureUnit: z.enum(['Cel', '[degF]']),
    lostSignalAfterSeconds: z.number().int().min(15).max(3600),
  })
  .readonly();
export type Settings = z.infer<typeof settings>;

export const modelInfo = z
  .object({
    name: riskModel,
    title: z.string(),
    version: z.string(),
    kind: z.string(),
    sha256: z.string(),
    /** In force: the clinic's, or those the model was trained with. */
    thresholds: riskLevels,
    /** Those the model was trained with. */
    defaultThresholds: riskLevels,
    performance: z.string(),
    requiredInputs: z.array(z.string()).readonly(),
    optionalInputs: z.array(z.string()).readonly(),
    /** Plain words where the model is not in use: a wrong hash, a missing file. */
    problem: z.string().nullable(),
  })
  .readonly();
export type ModelInfo = z.infer<typeof modelInfo>;

/** How well a model did on one group of its evaluation. AUC is null where a group holds only one outcome. */
export const modelGroup = z
  .object({
    name: z.string(),
    n: z.number().int(),
    positives: z.number().int(),
    auc: z.number().nullable(),
    aucLow: z.number().nullable(),
    aucHigh: z.number().nullable(),
    ece: z.number().nullable(),
  })
  .readonly();
export type ModelGroup = z.infer<typeof modelGroup>;

/** What was measured of a model, and for whom it is meant: the same for a table of values and for a photo. */
export const modelFacts = z
  .object({
    model: z.string(),
    title: z.string(),
    version: z.string(),
    kind: z.string(),
    sha256: z.string(),
    /** What its probability is the probability of. */
    outcome: z.string(),
    evaluation: z.string(),
    n: z.number().int(),
    positives: z.number().int(),
    /** Named figures with their 95 % interval where there is one: AUC, Brier score, expected calibration error and the like. */
    figures: z
      .array(
        z
          .object({
            title: z.string(),
            value: z.number(),
            low: z.number().nullable(),
            high: z.number().nullable(),
            /** What the figure means, in a sentence. */
            help: z.string(),
          })
          .readonly(),
      )
      .readonly(),
    /** Mean probability said against the share that had the outcome. */
    reliability: z
      .array(
        z
          .object({
            meanProbability: z.number(),
            observedRate: z.number(),
            observedLow: z.number().nullable(),
            observedHigh: z.number().nullable(),
            n: z.number().int(),
          })
          .readonly(),
      )
      .readonly(),
    /** Share of those with the outcome found, and of those without it flagged, from a probability on; lowest probability first. */
    operatingPoints: z
      .array(z.object({ probability: z.number(), sensitivity: z.number(), falseAlarmRate: z.number() }).readonly())
      .readonly(),
    /** How the levels the model was trained with were chosen. */
    levelsChosenBy: z.string(),
    groups: z.array(z.object({ title: z.string(), rows: z.array(modelGroup).readonly() }).readonly()).readonly(),
    inputs: z
      .array(
        z
          .object({
            name: z.string(),
            title: z.string(),
            unit: z.string(),
            /** Range of the training values; null for coded inputs. */
            low: z.number().nullable(),
            high: z.number().nullable(),
            required: z.boolean(),
            description: z.string(),
          })
          .readonly(),
      )
      .readonly(),
    population: z.string(),
    licence: z.string(),
    use: z.string(),
    limits: z.string(),
    /** The whole card, as Markdown. */
    card: z.string(),
  })
  .readonly();
export type ModelFacts = z.infer<typeof modelFacts>;

const levelOutcome = z
  .object({
    levels: riskLevels,
    /** Results at each level. */
    low: z.number().int(),
    moderate: z.number().int(),
    high: z.number().int(),
    /** Patients who reached it at least once. */
    patientsModerate: z.number().int(),
    patientsHigh: z.number().int(),
    alarms: z.number().int(),
    alarmsPerDay: z.number(),
  })
  .readonly();
export type LevelOutcome = z.infer<typeof levelOutcome>;

/** Stored results judged again: by the levels in force, and by those proposed. */
export const levelRehearsal = z
  .object({
    fromMs: timeMs,
    toMs: timeMs,
    /** Days from the first result looked at to the end; at least one. */
    days: z.number(),
    patients: z.number().int(),
    results: z.number().int(),
    /** Results per percent of probability: 0 to 1 %, … 99 to 100 %. */
    histogram: z.array(z.number().int()).length(100).readonly(),
    now: levelOutcome,
    proposed: levelOutcome,
  })
  .readonly();
export type LevelRehearsal = z.infer<typeof levelRehearsal>;

const ruleOutcome = z.object({ alarms: z.number().int(), alarmsPerDay: z.number(), patients: z.number().int() }).readonly();

/** Stored readings judged again: by an alarm rule as it is, and as proposed. */
export const ruleRehearsal = z
  .object({
    fromMs: timeMs,
    toMs: timeMs,
    days: z.number(),
    patients: z.number().int(),
    now: ruleOutcome,
    proposed: ruleOutcome,
  })
  .readonly();
export type RuleRehearsal = z.infer<typeof ruleRehearsal>;

export const consoleStatus = z
  .object({
    nowMs: timeMs,
    engine: z.enum(['running', 'restarting', 'failed']),
    engineLagMs: z.number(),
    storedReadings: z.number().int(),
    databaseBytes: z.number().int(),
    freeDiskBytes: z.number().int().nullable(),
    bluetooth: bluetoothState,
    /** Plain words; empty when all is well. */
    problems: z.array(z.string()).readonly(),
  })
  .readonly();
export type ConsoleStatus = z.infer<typeof consoleStatus>;

export const consoleInfo = z
  .object({
    version: z.string(),
    host: z.enum(['desktop', 'headless']),
    /** True until the first user exists: the screen then offers set-up instead of sign-in. */
    needsFirstUser: z.boolean(),
    demo: z.boolean(),
    clinicName: z.string(),
    timeZone: z.string(),
  })
  .readonly();
export type ConsoleInfo = z.infer<typeof consoleInfo>;

export const backupFile = z.object({ fileName: z.string(), bytes: z.number().int(), madeAtMs: timeMs }).readonly();
export type BackupFile = z.infer<typeof backupFile>;

export const backupFolder = z
  .object({
    /** On the console's computer. */
    folder: z.string(),
    /** It lies on the disk of the database: what breaks the one breaks the other. */
    sameDisk: z.boolean(),
    /** Newest first. */
    backups: z.array(backupFile).readonly(),
    /** When a backup was last made, also elsewhere; null: never. */
    lastMadeAtMs: timeMs.nullable(),
  })
  .readonly();
export type BackupFolder = z.infer<typeof backupFolder>;

/** What is in a backup, after every page of it was read. */
export const backupFacts = z
  .object({
    fileName: z.string(),
    bytes: z.number().int(),
    madeAtMs: timeMs,
    schema: z.number().int(),
    readings: z.number().int(),
    patients: z.number().int(),
    newestReadingAtMs: timeMs.nullable(),
    /** Why it cannot be restored, in plain words; null: it can. */
    problem: z.string().nullable(),
  })
  .readonly();
export type BackupFacts = z.infer<typeof backupFacts>;

/** Single readings, their minute and hour summaries, and the scores of the models. */
export const retentionKind = z.enum(['raw', 'minutes', 'hours', 'scores']);
export type RetentionKind = z.infer<typeof retentionKind>;

const keepDays = z.number().int().min(30).max(36_500).nullable();

export const retentionRule = z
  .object({
    kind: retentionKind,
    /** Null: for ever. */
    keepDays,
    /** What was before it has been removed; 0: nothing was. */
    keptFromMs: timeMs,
  })
  .readonly();
export type RetentionRule = z.infer<typeof retentionRule>;

export const retentionChoice = z.object({ kind: retentionKind, keepDays }).strict();
export type RetentionChoice = z.infer<typeof retentionChoice>;

/** What a rule would remove now. */
export const retentionPreview = z
  .object({
    kind: retentionKind,
    rows: z.number().int(),
    /** Room that becomes free for new readings; the file keeps its size. */
    bytes: z.number().int(),
    /** From the oldest to the newest that would go; null: nothing would. */
    period: z.object({ fromMs: timeMs, toMs: timeMs }).readonly().nullable(),
  })
  .readonly();
export type RetentionPreview = z.infer<typeof retentionPreview>;

export const selfTestCheck = z
  .object({
    name: z.enum(['database', 'storing', 'disk', 'models', 'bluetooth', 'mqtt', 'clock', 'backup']),
    title: z.string(),
    verdict: z.enum(['good', 'warning', 'bad', 'unused']),
    /** What was found, in plain words with numbers. */
    detail: z.string(),
  })
  .readonly();
export type SelfTestCheck = z.infer<typeof selfTestCheck>;

export const selfTestReport = z
  .object({ startedAtMs: timeMs, endedAtMs: timeMs, checks: z.array(selfTestCheck).readonly() })
  .readonly();
export type SelfTestReport = z.infer<typeof selfTestReport>;

/** Long work on what is stored: one at a time. */
export const storageTask = z.enum(['backup', 'inspect', 'restore', 'retention', 'self-test']);
export type StorageTask = z.infer<typeof storageTask>;

export const taskProgress = z
  .object({
    task: storageTask,
    /** What is being done, in words. */
    step: z.string(),
    /** 0 to 1; null where it cannot be told. */
    done: z.number().min(0).max(1).nullable(),
  })
  .readonly();
export type TaskProgress = z.infer<typeof taskProgress>;
