// Adds a device that sends over the network, and shows its token this one time.
import { Alert, Button, CopyButton, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconCheck, IconCopy, IconKey } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useCommand } from '../../client/use-command.ts';
import { Dialog } from '../../components/dialog.tsx';
import { placeError, toFirstProblem } from '../../components/form-error.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import classes from './devices.module.css';
import { PatientSelect } from './patient-select.tsx';

interface AddDeviceDialogProps {
  readonly opened: boolean;
  readonly onClose: () => void;
}

export function AddDeviceDialog({ opened, onClose }: AddDeviceDialogProps) {
  const { run, clear, pending, error } = useCommand('device.add');
  const [token, setToken] = useState('');
  const [patientId, setPatientId] = useState<string | null>(null);
  const form = useForm({
    initialValues: { deviceId: '' },
    validate: {
      deviceId: (value) =>
        /^[A-Za-z0-9._-]{1,40}$/.test(value.trim()) ? null : 'Letters, digits, dot, dash and underscore, at most 40',
    },
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: only opening starts anew.
  useEffect(() => {
    if (!opened) return;
    setToken('');
    setPatientId(null);
    form.reset();
    clear();
  }, [opened]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: placed once per error.
  useEffect(() => {
    if (error !== null) placeError(form, error);
  }, [error]);

  const submit = form.onSubmit(async ({ deviceId }) => {
    const result = await run({ deviceId: deviceId.trim(), patientId: patientId === null ? null : Number(patientId) });
    if (result !== null) setToken(result.token);
  }, toFirstProblem(form));

  return (
    <Dialog
      opened={opened}
      onClose={onClose}
      title={token === '' ? 'Add network device' : 'Token of the device'}
      size="md"
      closeOnClickOutside={token === ''}
      closeOnEscape={token === ''}
    >
      {token === '' ? (
        <form onSubmit={submit} noValidate>
          <Stack>
            <TextInput
              label="Device id"
              description="As the device names itself, such as HEALTH01"
              withAsterisk
              data-autofocus
              {...form.getInputProps('deviceId')}
            />
            <PatientSelect
              label="Worn by"
              description="Can also be chosen later"
              value={patientId}
              onChange={setPatientId}
              clearable
            />
            {form.errors.deviceId === undefined && <ErrorNotice error={error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={pending}>
                Add device
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack>
          <Alert icon={<IconKey />} color="brand">
            Put this token into {form.values.deviceId} now. It is shown only this once; the console keeps just a fingerprint of
            it.
          </Alert>
          <Text className={classes.token} aria-label="Device token">
            {token}
          </Text>
          <Group justify="flex-end">
            <CopyButton value={token}>
              {({ copied, copy }) => (
                <Button variant="default" leftSection={copied ? <IconCheck size={18} /> : <IconCopy size={18} />} onClick={copy}>
                  {copied ? 'Copied' : 'Copy token'}
                </Button>
              )}
            </CopyButton>
            <Button onClick={onClose}>I have stored it</Button>
          </Group>
        </Stack>
      )}
    </Dialog>
  );
}
