// Alarms as they were last seen, and the threshold rules that people have set.
import type { Alarm, ThresholdRule } from '../contract/models.ts';
import type { AuditWrites } from './audit.ts';
import type { ReadableDatabase, WritableDatabase } from './database.ts';
import type { By } from './ports.ts';

const ALARM_COLUMNS = `alarm_id AS alarmId, category, rule, priority, patient_id AS patientId, device_id AS deviceId, message, detail,
  raised_at_ms AS raisedAtMs, last_seen_at_ms AS lastSeenAtMs, ended_at_ms AS endedAtMs, acknowledged_at_ms AS acknowledgedAtMs,
  acknowledged_by AS acknowledgedBy, state`;

interface AlarmAsk {
  readonly open: number;
  readonly patientId: number | null;
  readonly fromMs: number;
  readonly toMs: number;
  readonly limit: number;
}

type RuleRow = Omit<ThresholdRule, 'enabled' | 'patientId'> & { readonly enabled: number; readonly patientId: number };

export function alarmReads(db: ReadableDatabase) {
  const list = (where: string) =>
    db.prepare<[AlarmAsk], Alarm>(
      `SELECT ${ALARM_COLUMNS} FROM alarm WHERE ${where}
         AND raised_at_ms < @toMs AND (ended_at_ms IS NULL OR ended_at_ms >= @fromMs)
         AND (@open = 0 OR state <> 'cleared')
       ORDER BY raised_at_ms DESC, alarm_id LIMIT @limit`,
    );
  const open = list("state <> 'cleared' AND (@patientId IS NULL OR patient_id = @patientId)");
  const ofAll = list('@patientId IS NULL');
  const ofPatient = list('patient_id = @patientId');
  const rules = db.prepare<[], RuleRow>(
    `SELECT rule_id AS ruleId, title, subject, comparison, threshold_limit AS "limit", unit, hysteresis, consecutive, priority, enabled,
       patient_id AS patientId FROM threshold ORDER BY rule_id, patient_id`,
  );
  return {
    /** Newest first. With a period: alarms whose condition held at some time in [fromMs, toMs). */
    alarms(ask: { which: 'open' | 'all'; patientId?: number; fromMs?: number; toMs?: number; limit: number }): readonly Alarm[] {
      const patientId = ask.patientId ?? null;
      const statement = ask.which === 'open' ? open : patientId === null ? ofAll : ofPatient;
      return statement.all({
        open: ask.which === 'open' ? 1 : 0,
        patientId,
        fromMs: ask.fromMs ?? Number.MIN_SAFE_INTEGER,
        toMs: ask.toMs ?? Number.MAX_SAFE_INTEGER,
        limit: ask.limit,
      });
    },
    /** Only what people have saved; the defaults are the alarm rules' own. */
    thresholds: (): readonly ThresholdRule[] =>
      rules.all().map((row) => ({ ...row, enabled: row.enabled !== 0, patientId: row.patientId === 0 ? null : row.patientId })),
  };
}

export function alarmWrites(db: WritableDatabase, audit: AuditWrites) {
  const put = db.prepare<[Alarm]>(
    `INSERT INTO alarm (alarm_id, category, rule, priority, patient_id, device_id, message, detail, raised_at_ms, last_seen_at_ms,
       ended_at_ms, acknowledged_at_ms, acknowledged_by, state)
     VALUES (@alarmId, @category, @rule, @priority, @patientId, @deviceId, @message, @detail, @raisedAtMs, @lastSeenAtMs,
       @endedAtMs, @acknowledgedAtMs, @acknowledgedBy, @state)
     ON CONFLICT DO UPDATE SET priority = excluded.priority, message = excluded.message, detail = excluded.detail,
       last_seen_at_ms = excluded.last_seen_at_ms, ended_at_ms = excluded.ended_at_ms, acknowledged_at_ms = excluded.acknowledged_at_ms,
       acknowledged_by = excluded.acknowledged_by, state = excluded.state`,
  );
  const putRule = db.prepare<[RuleRow]>(
    `INSERT INTO threshold (rule_id, patient_id, title, subject, comparison, threshold_limit, unit, hysteresis, consecutive, priority, enabled)
     VALUES (@ruleId, @patientId, @title, @subject, @comparison, @limit, @unit, @hysteresis, @consecutive, @priority, @enabled)
     ON CONFLICT DO UPDATE SET title = excluded.title, subject = excluded.subject, comparison = excluded.comparison,
       threshold_limit = excluded.threshold_limit, unit = excluded.unit, hysteresis = excluded.hysteresis,
       consecutive = excluded.consecutive, priority = excluded.priority, enabled = excluded.enabled`,
  );
  return {
    saveAlarm(ask: { alarm: Alarm }): void {
      put.run(ask.alarm);
    },
    saveThreshold(ask: By & { rule: ThresholdRule }): ThresholdRule {
      const { rule } = ask;
      putRule.run({ ...rule, enabled: rule.enabled ? 1 : 0, patientId: rule.patientId ?? 0 });
      const whom = rule.patientId === null ? 'every patient' : `patient ${rule.patientId}`;
      audit.append(
        ask,
        'threshold.save',
        `rule ${rule.ruleId}, ${whom}`,
        `${rule.comparison} ${rule.limit} ${rule.unit}, ${rule.consecutive} in a row, ${rule.enabled ? 'on' : 'off'}`,
      );
      return rule;
    },
  };
}
