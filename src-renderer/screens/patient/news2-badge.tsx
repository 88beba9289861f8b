// The early warning score as a badge that opens its breakdown.
import { Popover, Table, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { IconAlertTriangle, IconChevronDown } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { PatientLive } from '../../../src-main/contract/models.ts';
import { NEWS2_BAND_WORDS } from '../../components/chips.tsx';
import { ageWords } from '../../stores/freshness.ts';
import classes from './news2-badge.module.css';
import { type News2Row, news2Response } from './news2-parts.ts';

const TONES = { none: 'calm', low: 'calm', 'low-medium': 'medium', medium: 'medium', high: 'high' } as const;

interface News2BadgeProps {
  readonly news2: PatientLive['news2'];
  readonly rows: readonly News2Row[];
  readonly nowMs: number;
  /** False while the console cannot be heard. */
  readonly connected: boolean;
}

export function News2Badge({ news2, rows, nowMs, connected }: News2BadgeProps): ReactElement {
  const { score, complete, band, missing } = news2;
  const tone = connected ? TONES[band] : 'calm';
  return (
    <Popover position="bottom-end" shadow="md" width={380} trapFocus returnFocus withArrow>
      <Popover.Target>
        <UnstyledButton className={classes.badge} data-tone={tone}>
          {tone === 'calm' ? null : <IconAlertTriangle size={18} aria-hidden="true" />}
          <span className={classes.label}>NEWS2</span>
          <span className={classes.score}>
            {complete ? '' : '≥ '}
            {score}
          </span>
          <span className={classes.note}>{complete ? NEWS2_BAND_WORDS[band] : 'partial'}</span>
          <VisuallyHidden>{missing.length > 0 ? `, ${missing.length} missing` : ''}, show breakdown</VisuallyHidden>
          <IconChevronDown size={14} aria-hidden="true" />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown>
        <Text fw={650}>{complete ? `NEWS2 ${score}: ${NEWS2_BAND_WORDS[band]}` : `NEWS2 at least ${score}`}</Text>
        <Text size="sm" c="dimmed" mb="xs">
          {complete ? news2Response(band) : `Partial: a missing value is never counted as 0. So far: ${NEWS2_BAND_WORDS[band]}.`}
        </Text>
        <Table verticalSpacing={4} horizontalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Parameter</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>Age</Table.Th>
              <Table.Th ta="right">Points</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map(({ title, value, takenAtMs, points }) => (
              <Table.Tr key={title}>
                <Table.Td>{title}</Table.Td>
                <Table.Td className={classes.value ?? ''}>
                  {points === null ? <em className={classes.missing}>{value}</em> : value}
                </Table.Td>
                <Table.Td className={classes.value ?? ''}>{takenAtMs === null ? '–' : ageWords(nowMs - takenAtMs)}</Table.Td>
                <Table.Td ta="right" fw={points !== null && points > 0 ? 700 : 400}>
                  {points ?? '–'}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Text size="xs" c="dimmed" mt="xs">
          National Early Warning Score 2, Royal College of Physicians 2017, SpO₂ scale 1. For adults of 16 and over, not in
          pregnancy.
        </Text>
      </Popover.Dropdown>
    </Popover>
  );
}
