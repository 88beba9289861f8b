// Sets from which probability on a clinic calls a risk moderate or high, after seeing what that would have meant lately.
import { Alert, Button, Group, Modal, NumberInput, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconRestore } from '@tabler/icons-react';
import { type ReactElement, useMemo, useState } from 'react';
import type { LevelRehearsal, ModelInfo, RiskLevels } from '../../../src-main/contract/models.ts';
import { Chart } from '../../charts/chart.tsx';
import { rehearsalOption, rehearsalTable } from '../../charts/model-charts.ts';
import { useAnswer, useCommand } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { levelRehearsalWords, levelsText, perDayText, performanceAt, performanceWords } from '../models/model-words.ts';
import classes from '../models/models.module.css';
import { useColours } from '../patient/use-colours.ts';
import { levelsOf, sameLevels, type TypedLevels, typedOf } from './levels-form.ts';

interface LevelsDialogProps {
  readonly model: ModelInfo;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** A hand that is still typing is not asked about. */
const REST_MS = 400;

export function LevelsDialog({ model, onClose, onSaved }: LevelsDialogProps): ReactElement {
  const { run, pending, error } = useCommand('model.setLevels');
  const facts = useAnswer('model.facts', { model: model.name }).data;
  const [typed, setTyped] = useState<TypedLevels>(() => typedOf(model.thresholds));
  const levels = levelsOf(typed, model);
  const problem = levels === null ? 'Moderate must begin above 0% and below high, and high below 100%.' : null;
  const [rested] = useDebouncedValue(levels ?? model.thresholds, REST_MS);
  const isDefault = levels !== null && sameLevels(levels, model.defaultThresholds);
  const save = async (): Promise<void> => {
    const saved = await run({ model: model.name, levels: isDefault ? null : levels });
    if (saved === null) return;
    notifications.show({ message: `${model.title}: ${levelsText(saved.thresholds)}.`, color: 'brand' });
    onSaved();
    onClose();
  };
  const field = (level: keyof TypedLevels, label: string) => (
    <NumberInput
      label={label}
      suffix="%"
      decimalScale={1}
      step={1}
      value={typed[level]}
      onChange={(value) => setTyped({ ...typed, [level]: value })}
      error={problem !== null}
      description={
        facts === null || levels === null
          ? 'Measured: …'
          : `Measured: ${performanceWords(performanceAt(facts.operatingPoints, levels[level]))}`
      }
    />
  );
  return (
    <Modal opened onClose={onClose} title={`${model.title}: levels`} size="xl">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            The levels hold for results from now on, and the ward’s alarm is raised where high begins. Results that are stored
            keep the levels they were made by. Trained with: {levelsText(model.defaultThresholds)}.
          </Text>
          <Group grow align="flex-start" preventGrowOverflow={false}>
            {field('moderate', 'Moderate from')}
            {field('high', 'High from')}
          </Group>
          {problem === null ? null : (
            <Alert color="red" variant="light" role="alert">
              {problem}
            </Alert>
          )}
          <Rehearsal model={model} levels={rested} />
          <ErrorNotice error={error} />
          <Group justify="space-between">
            <Button
              variant="subtle"
              leftSection={<IconRestore size={18} aria-hidden="true" />}
              disabled={isDefault}
              onClick={() => setTyped(typedOf(model.defaultThresholds))}
            >
              Back to the levels it was trained with
            </Button>
            <Group>
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={pending} disabled={levels === null || sameLevels(levels, model.thresholds)}>
                Save levels
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Rehearsal({ model, levels }: { readonly model: ModelInfo; readonly levels: RiskLevels }): ReactElement {
  const { data, error, reload } = useAnswer('model.rehearseLevels', { model: model.name, levels });
  const colours = useColours();
  const option = useMemo(() => (data === null ? null : rehearsalOption(data, colours)), [data, colours]);
  if (data === null || option === null) {
    return error === null ? <Skeleton height={330} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
  }
  const words = levelRehearsalWords(data);
  return (
    <section className={classes.rehearsal} aria-label="What these levels would have meant">
      <h3 className={classes.heading}>What these levels would have meant</h3>
      <Text fw={600} role="status">
        {words}
      </Text>
      {data.results === 0 ? null : (
        <>
          <Chart option={option} height={210} description={words} table={() => rehearsalTable(data)} />
          <RehearsalTable rehearsal={data} />
          <Text size="sm" c="dimmed">
            Dashed lines: the levels in force. Stored results, judged again as if each had come when it was scored; a device that
            streams is scored all the time and stored every 15 s, so one hour at a level is about 240 results. Patients with a
            limit of their own keep it.
          </Text>
        </>
      )}
    </section>
  );
}

function RehearsalTable({ rehearsal }: { readonly rehearsal: LevelRehearsal }): ReactElement {
  const { now, proposed } = rehearsal;
  const rows: readonly (readonly [string, string, string])[] = [
    ['Levels', levelsText(now.levels), levelsText(proposed.levels)],
    ['Results low', String(now.low), String(proposed.low)],
    ['Results moderate', String(now.moderate), String(proposed.moderate)],
    ['Results high', String(now.high), String(proposed.high)],
    ['Patients ever at moderate or above', String(now.patientsModerate), String(proposed.patientsModerate)],
    ['Patients ever at high', String(now.patientsHigh), String(proposed.patientsHigh)],
    ['Alarms', alarms(now), alarms(proposed)],
  ];
  return (
    <Table.ScrollContainer minWidth={420}>
      <Table verticalSpacing={3} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th aria-label="What" />
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

const alarms = ({ alarms: count, alarmsPerDay }: LevelRehearsal['now']): string => `${count}, ${perDayText(alarmsPerDay)} a day`;
