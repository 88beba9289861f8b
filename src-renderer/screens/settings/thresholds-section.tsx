// Alarm limits for every patient: the table, and a dialog to change one.
import { Button, Skeleton, Stack, Table, Text, VisuallyHidden } from '@mantine/core';
import { IconBell, IconBellOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { ThresholdRule } from '../../../src-main/contract/models.ts';
import { useAnswer } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { PriorityBadge } from '../../components/priority.tsx';
import { useSettings } from '../../stores/settings.ts';
import classes from './settings.module.css';
import { ThresholdDialog } from './threshold-dialog.tsx';
import { limitWords } from './threshold-words.ts';

export function ThresholdsSection({ admin }: { readonly admin: boolean }) {
  const { data, error, reload } = useAnswer('threshold.list', { patientId: null });
  const units = useSettings((state) => state.settings);
  const [editing, setEditing] = useState<ThresholdRule | null>(null);
  if (data === null) return error === null ? <Skeleton height={360} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
  return (
    <Stack>
      <Text c="dimmed" maw={720}>
        These hold for every patient who has no limits of their own. They are proposals: your clinic decides what is right.
        {!admin && ' An administrator changes them; limits of one patient are changed on the patient’s own screen.'}
      </Text>
      <ErrorNotice error={error} retry={reload} />
      <Table.ScrollContainer minWidth={720} className="hs-card">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Alarm</Table.Th>
              <Table.Th>Raised when</Table.Th>
              <Table.Th>Readings in a row</Table.Th>
              <Table.Th>Priority</Table.Th>
              <Table.Th>Switched</Table.Th>
              <Table.Th>
                <VisuallyHidden>Change</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map((rule) => (
              <Table.Tr key={rule.ruleId}>
                <Table.Td fw={600}>{rule.title}</Table.Td>
                <Table.Td>{limitWords(rule, units)}</Table.Td>
                <Table.Td>{rule.consecutive}</Table.Td>
                <Table.Td>
                  <PriorityBadge priority={rule.priority} quiet />
                </Table.Td>
                <Table.Td>
                  <span className={classes.fact} data-warn={!rule.enabled || undefined}>
                    {rule.enabled ? <IconBell size={18} aria-hidden="true" /> : <IconBellOff size={18} aria-hidden="true" />}
                    {rule.enabled ? 'On' : 'Off'}
                  </span>
                </Table.Td>
                <Table.Td ta="right">
                  {admin && (
                    <Button size="xs" variant="default" aria-label={`Change ${rule.title}`} onClick={() => setEditing(rule)}>
                      Change
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {editing !== null && <ThresholdDialog rule={editing} units={units} onClose={() => setEditing(null)} onSaved={reload} />}
    </Stack>
  );
}
