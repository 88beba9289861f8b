// The clinic's name, time zone and units, and the look of this computer's screen.
import {
  Button,
  Group,
  Input,
  NumberInput,
  SegmentedControl,
  Select,
  Skeleton,
  Stack,
  Text,
  TextInput,
  useMantineColorScheme,
} from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react';
import { useEffect } from 'react';
import type { Settings } from '../../../src-main/contract/models.ts';
import { useCommand } from '../../client/use-command.ts';
import { placeError, toFirstProblem } from '../../components/form-error.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { timeZones } from '../../components/time-zones.ts';
import { setSettings, useSettings } from '../../stores/settings.ts';
import classes from './settings.module.css';

export function ClinicSection({ admin }: { readonly admin: boolean }) {
  const { settings, loaded } = useSettings();
  if (!loaded) return <Skeleton height={360} radius="lg" maw={640} />;
  return (
    <Stack gap="lg">
      <ClinicForm key={JSON.stringify(settings)} settings={settings} admin={admin} />
      <Appearance />
    </Stack>
  );
}

function ClinicForm({ settings, admin }: { readonly settings: Settings; readonly admin: boolean }) {
  const { run, pending, error } = useCommand('settings.set');
  const form = useForm({
    initialValues: { ...settings },
    validate: {
      lostSignalAfterSeconds: (value) =>
        Number.isInteger(value) && value >= 15 && value <= 3600 ? null : 'From 15 to 3600 seconds',
    },
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: placed once per error.
  useEffect(() => {
    if (error !== null) placeError(form, error);
  }, [error]);
  const submit = form.onSubmit(async (values) => {
    const saved = await run(values);
    if (saved === null) return;
    setSettings(saved);
    notifications.show({ message: 'Settings are saved.', color: 'brand' });
  }, toFirstProblem(form));
  return (
    <form onSubmit={submit} noValidate className={`hs-card ${classes.card}`} aria-label="Clinic">
      <fieldset disabled={!admin} className={classes.plain}>
        <Stack>
          {!admin && <Text c="dimmed">Only an administrator can change these.</Text>}
          <TextInput label="Clinic" maxLength={120} {...form.getInputProps('clinicName')} />
          <Select
            label="Time zone"
            description="Times on screens and days on reports are those of this zone"
            searchable
            allowDeselect={false}
            disabled={!admin}
            data={timeZones(settings.timeZone)}
            {...form.getInputProps('timeZone')}
          />
          <Choice
            label="Glucose in"
            disabled={!admin}
            options={[
              ['mg/dL', 'mg/dL'],
              ['mmol/L', 'mmol/L'],
            ]}
            value={form.values.glucoseUnit}
            onChange={(value) => form.setFieldValue('glucoseUnit', value)}
          />
          <Choice
            label="Temperature in"
            disabled={!admin}
            options={[
              ['Cel', '°C'],
              ['[degF]', '°F'],
            ]}
            value={form.values.temperatureUnit}
            onChange={(value) => form.setFieldValue('temperatureUnit', value)}
          />
          <NumberInput
            label="Raise a lost-signal alarm after"
            description="Seconds without anything from a worn device"
            suffix=" s"
            min={15}
            max={3600}
            clampBehavior="none"
            allowDecimal={false}
            {...form.getInputProps('lostSignalAfterSeconds')}
          />
          <ErrorNotice error={error} />
          {admin && (
            <Group>
              <Button type="submit" loading={pending} disabled={!form.isDirty()}>
                Save
              </Button>
            </Group>
          )}
        </Stack>
      </fieldset>
    </form>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly options: readonly (readonly [value: T, label: string])[];
  readonly value: T;
  readonly disabled: boolean;
  readonly onChange: (value: T) => void;
}

function Choice<T extends string>({ label, options, value, disabled, onChange }: ChoiceProps<T>) {
  return (
    <Input.Wrapper label={label} labelElement="div">
      <SegmentedControl
        aria-label={label}
        className={classes.choice ?? ''}
        disabled={disabled}
        data={options.map(([optionValue, optionLabel]) => ({ value: optionValue, label: optionLabel }))}
        value={value}
        onChange={(chosen) => onChange(chosen as T)}
      />
    </Input.Wrapper>
  );
}

const SCHEMES = [
  { value: 'light', label: 'Light', Icon: IconSun },
  { value: 'dark', label: 'Dark', Icon: IconMoon },
  { value: 'auto', label: 'As the computer', Icon: IconDeviceDesktop },
] as const;

function Appearance() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <section className={`hs-card ${classes.card}`} aria-label="Appearance">
      <Text fw={650} mb={4}>
        Appearance of this screen
      </Text>
      <SegmentedControl
        aria-label="Appearance of this screen"
        value={colorScheme}
        onChange={(value) => setColorScheme(value as 'light' | 'dark' | 'auto')}
        data={SCHEMES.map(({ value, label, Icon }) => ({
          value,
          label: (
            <Group gap={8} wrap="nowrap" justify="center">
              <Icon size={18} aria-hidden="true" />
              {label}
            </Group>
          ),
        }))}
      />
    </section>
  );
}
