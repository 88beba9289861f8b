// Alarm limits for this patient: the ward's, and where somebody set one, the patient's own.
import { Badge, Button, Switch, Table, Text, TextInput, VisuallyHidden } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { type ReactElement, useState } from 'react';
import type { ThresholdRule } from '../../../src-main/contract/models.ts';
import { consoleClient, errorWords } from '../../client/index.ts';
import { PriorityBadge } from '../../components/priority.tsx';
import { RuleRehearsal } from '../models/rule-rehearsal.tsx';
import classes from './alarms-section.module.css';
import { DISMISS } from './dismiss.ts';
import { limitText, limitUnit, limitWords, readLimit } from './threshold-form.ts';
import type { Here } from './use-patient.ts';

interface ThresholdTableProps {
  readonly patientId: number;
  readonly rules: readonly ThresholdRule[];
  readonly here: Here;
  readonly onSaved: () => void;
}

export function ThresholdTable({ patientId, rules, here, onSaved }: ThresholdTableProps): ReactElement {
  const [editing, setEditing] = useState<string | null>(null);
  return (
    <Table.ScrollContainer minWidth={680}>
      <Table verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Alarm</Table.Th>
            <Table.Th>Priority</Table.Th>
            <Table.Th>Limit</Table.Th>
            <Table.Th>Readings in a row</Table.Th>
            <Table.Th>On</Table.Th>
            <Table.Th>
              <VisuallyHidden>Action</VisuallyHidden>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rules.map((rule) =>
            editing === rule.ruleId ? (
              <EditRow
                key={rule.ruleId}
                patientId={patientId}
                rule={rule}
                here={here}
                onDone={(saved) => {
                  setEditing(null);
                  if (saved) onSaved();
                }}
              />
            ) : (
              <Table.Tr key={rule.ruleId}>
                <Table.Td>
                  {rule.title}
                  {rule.patientId === null ? null : (
                    <Badge ml={8} variant="light" size="sm" tt="none">
                      own limit
                    </Badge>
                  )}
                </Table.Td>
                <Table.Td>
                  <PriorityBadge priority={rule.priority} quiet={!rule.enabled} />
                </Table.Td>
                <Table.Td className={classes.limit ?? ''}>{limitWords(rule, here.settings)}</Table.Td>
                <Table.Td>{rule.consecutive}</Table.Td>
                <Table.Td>{rule.enabled ? 'on' : <b className={classes.off}>off</b>}</Table.Td>
                <Table.Td ta="right">
                  <Button
                    size="compact-sm"
                    variant="subtle"
                    aria-label={`Change ${rule.title}, ${limitWords(rule, here.settings)}, for this patient`}
                    onClick={() => setEditing(rule.ruleId)}
                  >
                    Change
                  </Button>
                </Table.Td>
              </Table.Tr>
            ),
          )}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

interface EditRowProps {
  readonly patientId: number;
  readonly rule: ThresholdRule;
  readonly here: Here;
  readonly onDone: (saved: boolean) => void;
}

function EditRow({ patientId, rule, here, onDone }: EditRowProps): ReactElement {
  const [limit, setLimit] = useState(() => limitText(rule, here.settings));
  const [consecutive, setConsecutive] = useState(String(rule.consecutive));
  const [enabled, setEnabled] = useState(rule.enabled);
  const [problem, setProblem] = useState('');
  const [busy, setBusy] = useState(false);
  const save = async (): Promise<void> => {
    const read = readLimit(limit, rule, here.settings);
    const inARow = Number(consecutive);
    if (!read.ok) return setProblem(read.message);
    if (!Number.isInteger(inARow) || inARow < 1 || inARow > 20) return setProblem('Readings in a row: 1 to 20.');
    setBusy(true);
    try {
      await consoleClient().send('threshold.save', {
        ruleId: rule.ruleId,
        patientId,
        limit: read.limit,
        consecutive: inARow,
        enabled,
      });
      notifications.show({ ...DISMISS, title: 'Limit saved for this patient', message: rule.title });
      onDone(true);
    } catch (error) {
      setProblem(errorWords(error));
      setBusy(false);
    }
  };
  const read = readLimit(limit, rule, here.settings);
  const inARow = Number(consecutive);
  const change =
    read.ok && Number.isInteger(inARow) && inARow >= 1 && inARow <= 20 ? { limit: read.limit, consecutive: inARow } : null;
  const differs =
    change !== null && (change.limit !== rule.limit || change.consecutive !== rule.consecutive || enabled !== rule.enabled);
  return (
    <>
      <Table.Tr>
        <Table.Td>{rule.title}</Table.Td>
        <Table.Td>
          <PriorityBadge priority={rule.priority} />
        </Table.Td>
        <Table.Td>
          <div className={classes.edit}>
            {rule.comparison}
            <TextInput
              w={84}
              aria-label={`Limit of ${rule.title} in ${limitUnit(rule, here.settings)}`}
              inputMode="decimal"
              data-autofocus
              autoFocus
              value={limit}
              onChange={(event) => {
                setLimit(event.currentTarget.value);
                setProblem('');
              }}
            />
            {limitUnit(rule, here.settings)}
          </div>
          {problem === '' ? null : (
            <Text size="sm" c="var(--mantine-color-error)" role="alert" mt={4}>
              {problem}
            </Text>
          )}
        </Table.Td>
        <Table.Td>
          <TextInput
            w={64}
            aria-label={`Readings in a row before ${rule.title}`}
            inputMode="numeric"
            value={consecutive}
            onChange={(event) => setConsecutive(event.currentTarget.value)}
          />
        </Table.Td>
        <Table.Td>
          <Switch
            aria-label={`${rule.title} on`}
            checked={enabled}
            onChange={(event) => setEnabled(event.currentTarget.checked)}
          />
        </Table.Td>
        <Table.Td ta="right">
          <div className={classes.edit}>
            <Button size="xs" loading={busy} onClick={() => void save()}>
              Save
            </Button>
            <Button size="xs" variant="default" onClick={() => onDone(false)}>
              Cancel
            </Button>
          </div>
        </Table.Td>
      </Table.Tr>
      {differs && change !== null ? (
        <Table.Tr>
          <Table.Td colSpan={6}>
            <RuleRehearsal change={{ ruleId: rule.ruleId, patientId, enabled, ...change }} />
          </Table.Td>
        </Table.Tr>
      ) : null}
    </>
  );
}
