// Sets from which probability on a clinic calls a result moderate or high, after seeing what that would have meant lately.
import { Alert, Button, Group, NumberInput, Stack, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconRestore } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import type { RiskLevels } from '../../../src-main/contract/models.ts';
import { useAnswer } from '../../client/use-command.ts';
import { Dialog } from '../../components/dialog.tsx';
import { ErrorNotice } from '../../components/notices.tsx';
import { levelsText, performanceAt, performanceWords } from '../models/model-words.ts';
import { levelsOf, sameLevels, type TypedLevels, typedOf } from './levels-form.ts';

/** What a model needs for its levels to be changed. */
export interface LevelledModel {
  readonly name: string;
  readonly title: string;
  readonly thresholds: RiskLevels;
  readonly defaultThresholds: RiskLevels;
}

export interface LevelsSaving {
  /** Null: back to those it was trained with. Answers with the levels in force afterwards, or null where it failed. */
  readonly save: (levels: RiskLevels | null) => Promise<RiskLevels | null>;
  readonly pending: boolean;
  readonly error: unknown;
}

interface LevelsDialogProps {
  readonly model: LevelledModel;
  /** What the levels hold for, in a sentence or two. */
  readonly about: string;
  readonly saving: LevelsSaving;
  /** What these levels would have meant. */
  readonly rehearsal: (levels: RiskLevels) => ReactElement;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

/** A hand that is still typing is not asked about. */
const REST_MS = 400;

export function LevelsDialog({ model, about, saving, rehearsal, onClose, onSaved }: LevelsDialogProps): ReactElement {
  const facts = useAnswer('model.facts', { model: model.name }).data;
  const [typed, setTyped] = useState<TypedLevels>(() => typedOf(model.thresholds));
  const levels = levelsOf(typed, model);
  const problem = levels === null ? 'Moderate must begin above 0% and below high, and high below 100%.' : null;
  const [rested] = useDebouncedValue(levels ?? model.thresholds, REST_MS);
  const isDefault = levels !== null && sameLevels(levels, model.defaultThresholds);
  const save = async (): Promise<void> => {
    const saved = await saving.save(isDefault ? null : levels);
    if (saved === null) return;
    notifications.show({ message: `${model.title}: ${levelsText(saved)}.`, color: 'brand' });
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
    <Dialog opened onClose={onClose} title={`${model.title}: levels`} size="xl">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Stack>
          <Text size="sm" c="dimmed">
            {about} Trained with: {levelsText(model.defaultThresholds)}.
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
          {rehearsal(rested)}
          <ErrorNotice error={saving.error} />
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
              <Button type="submit" loading={saving.pending} disabled={levels === null || sameLevels(levels, model.thresholds)}>
                Save levels
              </Button>
            </Group>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
