// Which Bluetooth adapter the console uses, how it is, what to do where it is not well, and when bindings run out.
import { Alert, Button, Group, NumberInput, Radio, Skeleton, Stack, Switch, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBluetooth, IconBluetoothOff, IconRefresh } from '@tabler/icons-react';
import { useState } from 'react';
import type { AdapterOffer, BluetoothSettings } from '../../../src-main/contract/models.ts';
import { useAnswer, useCommand } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { useDevices } from '../../stores/devices.ts';
import { bluetoothText, bluetoothWords } from '../devices/bluetooth-words.ts';
import { adapterOptions, formOf, formProblems, SERIAL, settingsOf } from './bluetooth-form.ts';
import classes from './settings.module.css';

export function BluetoothSection({ admin }: { readonly admin: boolean }) {
  const settings = useAnswer('bluetooth.settings', {});
  const offers = useAnswer('bluetooth.adapters', {});
  if (settings.data === null)
    return settings.error === null ? (
      <Skeleton height={360} radius="lg" maw={640} />
    ) : (
      <ErrorNotice error={settings.error} retry={settings.reload} />
    );
  return (
    <Stack gap="lg">
      <RadioState />
      <BluetoothForm
        key={JSON.stringify(settings.data)}
        settings={settings.data}
        offers={offers.data ?? []}
        admin={admin}
        onLookAgain={offers.reload}
        onSaved={settings.reload}
      />
      <ErrorNotice error={offers.error} retry={offers.reload} />
    </Stack>
  );
}

function RadioState() {
  const bluetooth = useDevices((state) => state.bluetooth);
  if (bluetooth === null) return null;
  const { title, canScan } = bluetoothWords(bluetooth);
  const text = bluetoothText(bluetooth);
  return (
    <Alert
      maw={640}
      color={canScan ? 'brand' : 'yellow'}
      variant="light"
      role="status"
      icon={canScan ? <IconBluetooth aria-hidden="true" /> : <IconBluetoothOff aria-hidden="true" />}
      title={title}
    >
      {text === '' ? null : text}
    </Alert>
  );
}

interface BluetoothFormProps {
  readonly settings: BluetoothSettings;
  readonly offers: readonly AdapterOffer[];
  readonly admin: boolean;
  readonly onLookAgain: () => void;
  readonly onSaved: () => void;
}

function BluetoothForm({ settings, offers, admin, onLookAgain, onSaved }: BluetoothFormProps) {
  const { run, pending, error } = useCommand('bluetooth.setSettings');
  const [form, setForm] = useState(() => formOf(settings));
  const problems = formProblems(form);
  const changed = JSON.stringify(form) !== JSON.stringify(formOf(settings));
  const save = async (): Promise<void> => {
    const saved = await run(settingsOf(form, settings.adapter, offers));
    if (saved === null) return;
    notifications.show({ message: 'The Bluetooth settings are saved.', color: 'brand' });
    onSaved();
  };
  return (
    <form
      noValidate
      aria-label="Bluetooth"
      className={`hs-card ${classes.card}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <fieldset disabled={!admin} className={classes.plain}>
        <Stack>
          {!admin && <Text c="dimmed">Only an administrator can change these.</Text>}
          <Radio.Group
            label="Adapter"
            description="Takes effect at once: wearables lose the link for some seconds and connect again by themselves"
            value={form.adapter}
            onChange={(adapter) => setForm({ ...form, adapter })}
          >
            <Stack gap="xs" mt="xs">
              {adapterOptions(settings, offers).map(({ value, label }) => (
                <Radio key={value} value={value} label={label} disabled={!admin} />
              ))}
            </Stack>
          </Radio.Group>
          <Group>
            <Button size="xs" variant="default" leftSection={<IconRefresh size={16} aria-hidden="true" />} onClick={onLookAgain}>
              Look for adapters again
            </Button>
          </Group>
          {form.adapter === SERIAL && (
            <Group grow align="flex-start">
              <TextInput
                label="Serial port"
                placeholder="/dev/ttyACM0 or COM3"
                maxLength={200}
                value={form.port}
                error={problems.port}
                onChange={(event) => setForm({ ...form, port: event.currentTarget.value })}
              />
              <NumberInput
                label="Baud"
                allowDecimal={false}
                value={form.baud}
                error={problems.baud}
                onChange={(baud) => setForm({ ...form, baud })}
              />
            </Group>
          )}
          <Switch
            label="A binding of a device to a patient runs out by itself"
            description="A band forgotten on a bedside table is nobody’s after that; what it sends waits in the unclaimed tray"
            checked={form.runsOut}
            onChange={(event) => setForm({ ...form, runsOut: event.currentTarget.checked })}
          />
          {form.runsOut && (
            <NumberInput
              label="Hours after it was made"
              suffix=" h"
              allowDecimal={false}
              value={form.bindingHours}
              error={problems.bindingHours}
              onChange={(bindingHours) => setForm({ ...form, bindingHours })}
            />
          )}
          <ErrorNotice error={error} />
          {admin && (
            <Group>
              <Button type="submit" loading={pending} disabled={!changed || Object.keys(problems).length > 0}>
                Save
              </Button>
            </Group>
          )}
        </Stack>
      </fieldset>
    </form>
  );
}
