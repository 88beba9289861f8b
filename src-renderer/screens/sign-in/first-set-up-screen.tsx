// First start: names the clinic and creates the first user, who is an administrator.
import { Button, PasswordInput, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useState } from 'react';
import { consoleClient } from '../../client/index.ts';
import { tokenKeeper } from '../../client/session-token.ts';
import { placeError, toFirstProblem } from '../../components/form-error.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { localTimeZone, timeZones } from '../../components/time-zones.ts';
import { createFirstUser } from '../../stores/session.ts';
import { EntryFrame } from './entry-frame.tsx';

export const MIN_PASSWORD_LENGTH = 8;

export function FirstSetUpScreen() {
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useForm({
    initialValues: { clinicName: '', timeZone: localTimeZone(), displayName: '', userName: '', password: '', repeat: '' },
    validate: {
      clinicName: (value) => (value.trim() === '' ? 'Enter the name of the clinic' : null),
      displayName: (value) => (value.trim() === '' ? 'Enter your name' : null),
      userName: (value) => (value.trim() === '' ? 'Choose a user name' : null),
      password: (value) => (value.length < MIN_PASSWORD_LENGTH ? `At least ${MIN_PASSWORD_LENGTH} characters` : null),
      repeat: (value, values) => (value === values.password ? null : 'The two passwords are not the same'),
    },
  });
  const submit = form.onSubmit(async ({ repeat: _repeat, ...params }) => {
    setPending(true);
    setError(null);
    try {
      await createFirstUser(consoleClient(), tokenKeeper, params);
    } catch (reason) {
      setError(placeError(form, reason));
      setPending(false);
    }
  }, toFirstProblem(form));
  return (
    <EntryFrame>
      <form onSubmit={submit} noValidate>
        <Stack>
          <div>
            <Title order={1} size="h3">
              Set up this console
            </Title>
            <Text c="dimmed">The first user is an administrator and can add everybody else.</Text>
          </div>
          <ErrorNotice error={error} />
          <TextInput label="Clinic" size="md" autoFocus maxLength={120} {...form.getInputProps('clinicName')} />
          <Select
            label="Time zone"
            description="Times on screens and days on reports are those of this zone"
            size="md"
            searchable
            allowDeselect={false}
            data={timeZones(form.values.timeZone)}
            {...form.getInputProps('timeZone')}
          />
          <TextInput
            label="Your name"
            description="Stands beside what you enter and acknowledge"
            size="md"
            {...form.getInputProps('displayName')}
          />
          <TextInput label="User name" size="md" autoComplete="username" {...form.getInputProps('userName')} />
          <PasswordInput
            label="Password"
            description={`At least ${MIN_PASSWORD_LENGTH} characters`}
            size="md"
            autoComplete="new-password"
            {...form.getInputProps('password')}
          />
          <PasswordInput label="Password again" size="md" autoComplete="new-password" {...form.getInputProps('repeat')} />
          <Button type="submit" size="md" loading={pending} fullWidth>
            Create user and start
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}
