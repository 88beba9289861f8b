// Changes one alarm limit; switching a high-priority alarm off is asked once more.
import { Alert, Button, Checkbox, Group, NumberInput, Stack, Switch, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ThresholdRule } from '../../../src-main/contract/models.ts';
import { useCommand } from '../../client/use-command.ts';
import type { UnitSettings } from '../../components/describe-vital.ts';
import { Dialog } from '../../components/dialog.tsx';
import { placeError, toFirstProblem } from '../../components/form-error.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { RuleRehearsal } from '../models/rule-rehearsal.tsx';
import { limitUnit } from './threshold-words.ts';

interface ThresholdDialogProps {
  readonly rule: ThresholdRule;
  readonly units: UnitSettings;
  readonly onClose: () => void;
  readonly onSaved: () => void;
}

export function ThresholdDialog({ rule, units, onClose, onSaved }: ThresholdDialogProps) {
  const { run, pending, error } = useCommand('threshold.save');
  const [meant, setMeant] = useState(false);
  const unit = limitUnit(rule, units);
  const range = `${unit.low} to ${unit.high} ${unit.label}`;
  const form = useForm<{ limit: number | string; consecutive: number | string; enabled: boolean }>({
    initialValues: { limit: unit.show(rule.limit), consecutive: rule.consecutive, enabled: rule.enabled },
    validate: {
      limit: (value) => (typeof value === 'number' && value >= unit.low && value <= unit.high ? null : `A number from ${range}`),
      consecutive: (value) => (typeof value === 'number' && value >= 1 && value <= 20 ? null : 'From 1 to 20'),
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: placed once per error.
  useEffect(() => {
    if (error !== null) placeError(form, error);
  }, [error]);
  const switchingOff = rule.enabled && !form.values.enabled;
  const isRisk = rule.subject.startsWith('risk.');
  const changeOf = ({ limit, consecutive, enabled }: typeof form.values) => ({
    ruleId: rule.ruleId,
    patientId: rule.patientId,
    // An untouched limit goes back exactly as it came: showing it in other units must not change it.
    limit: limit === unit.show(rule.limit) ? rule.limit : unit.read(Number(limit)),
    consecutive: Number(consecutive),
    enabled,
  });
  const submit = form.onSubmit(async (values) => {
    const saved = await run(changeOf(values));
    if (saved === null) return;
    notifications.show({ message: `${saved.title}: limit is saved.`, color: 'brand' });
    onSaved();
    onClose();
  }, toFirstProblem(form));
  return (
    <Dialog opened onClose={onClose} title={rule.title} size="md">
      <form onSubmit={submit} noValidate>
        <Stack>
          <NumberInput
            label={`Raise the alarm ${rule.comparison}`}
            description={
              isRisk ? 'Where the level “high” begins: change it under Risk models, with the model’s levels' : `From ${range}`
            }
            disabled={isRisk}
            suffix={` ${unit.label}`}
            decimalScale={Math.max(unit.decimals, 1)}
            data-autofocus={!isRisk}
            {...form.getInputProps('limit')}
          />
          <NumberInput
            label="Readings in a row before it is raised"
            description="More means fewer false alarms and a later one"
            min={1}
            max={20}
            clampBehavior="none"
            allowDecimal={false}
            {...form.getInputProps('consecutive')}
          />
          <Switch label="Switched on" {...form.getInputProps('enabled', { type: 'checkbox' })} />
          {switchingOff && (
            <Alert color="yellow" icon={<IconAlertTriangle />}>
              <Text size="sm">Switched off, this alarm is raised for no patient who has no limits of their own.</Text>
              <Checkbox mt="xs" label="I mean it" checked={meant} onChange={(event) => setMeant(event.currentTarget.checked)} />
            </Alert>
          )}
          {form.isValid() && form.isDirty() && <RuleRehearsal change={changeOf(form.values)} />}
          {form.errors.limit === undefined && <ErrorNotice error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={pending} disabled={switchingOff && !meant}>
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
