// What other levels would have meant: a sentence, the stored results as a picture with both pairs of levels, and both counts beside each other.
import { Skeleton, Table, Text, VisuallyHidden } from '@mantine/core';
import { type ReactElement, type ReactNode, useMemo } from 'react';
import type { LevelCounts } from '../../../src-main/contract/models.ts';
import { Chart } from '../../charts/chart.tsx';
import { type Rehearsed, rehearsalOption, rehearsalTable } from '../../charts/model-charts.ts';
import type { LoadedAnswer } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { levelsText } from '../models/model-words.ts';
import classes from '../models/models.module.css';
import { useColours } from '../patient/use-colours.ts';

interface LevelRehearsalProps {
  /** Null while it is asked for. */
  readonly rehearsal:
    | (Rehearsed & { readonly results: number; readonly now: LevelCounts; readonly proposed: LevelCounts })
    | null;
  readonly asked: Pick<LoadedAnswer<'model.rehearseLevels'>, 'error' | 'reload'>;
  /** The whole in one sentence. */
  readonly words: string;
  /** What is counted: `Results`, `Photos`. */
  readonly counted: string;
  /** Rows below the counts: what, by the levels in force, by those proposed. */
  readonly further?: readonly RehearsalRow[];
  readonly note: ReactNode;
}

export type RehearsalRow = readonly [what: string, before: string, after: string];

export function LevelRehearsal({ rehearsal, asked, words, counted, further = [], note }: LevelRehearsalProps): ReactElement {
  const colours = useColours();
  const option = useMemo(() => (rehearsal === null ? null : rehearsalOption(rehearsal, colours)), [rehearsal, colours]);
  if (rehearsal === null || option === null) {
    return asked.error === null ? (
      <Skeleton height={330} radius="lg" />
    ) : (
      <ErrorNotice error={asked.error} retry={asked.reload} />
    );
  }
  const { now, proposed } = rehearsal;
  const rows: readonly RehearsalRow[] = [
    ['Levels', levelsText(now.levels), levelsText(proposed.levels)],
    [`${counted} low`, String(now.low), String(proposed.low)],
    [`${counted} moderate`, String(now.moderate), String(proposed.moderate)],
    [`${counted} high`, String(now.high), String(proposed.high)],
    ['Patients ever at moderate or above', String(now.patientsModerate), String(proposed.patientsModerate)],
    ['Patients ever at high', String(now.patientsHigh), String(proposed.patientsHigh)],
    ...further,
  ];
  return (
    <section className={classes.rehearsal} aria-label="What these levels would have meant">
      <h3 className={classes.heading}>What these levels would have meant</h3>
      <Text fw={600} role="status">
        {words}
      </Text>
      {rehearsal.results === 0 ? null : (
        <>
          <Chart option={option} height={210} description={words} table={() => rehearsalTable(rehearsal)} />
          <RehearsalTable rows={rows} />
          <Text size="sm" c="dimmed">
            Dashed lines: the levels in force. {note}
          </Text>
        </>
      )}
    </section>
  );
}

function RehearsalTable({ rows }: { readonly rows: readonly RehearsalRow[] }): ReactElement {
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing={3} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <VisuallyHidden>What</VisuallyHidden>
            </Table.Th>
            <Table.Th>By the levels in force</Table.Th>
            <Table.Th>By these</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(([what, before, after]) => (
            <Table.Tr key={what}>
              <Table.Th scope="row" fw={400}>
                {what}
              </Table.Th>
              <Table.Td>{before}</Table.Td>
              <Table.Td fw={before === after ? 400 : 650}>{after}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
