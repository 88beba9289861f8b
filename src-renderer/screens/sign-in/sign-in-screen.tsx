// Sign in with user name and password.
import { Alert, Button, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useForm } from '@mantine/form';
import { IconInfoCircle } from '@tabler/icons-react';
import { useState } from 'react';
import { consoleClient } from '../../client/index.ts';
import { tokenKeeper } from '../../client/session-token.ts';
import { toFirstProblem } from '../../components/form-error.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { signIn, useSession } from '../../stores/session.ts';
import { EntryFrame } from './entry-frame.tsx';

export function SignInScreen() {
  const notice = useSession((state) => state.notice);
  const clinicName = useSession((state) => state.info?.clinicName ?? '');
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { userName: '', password: '' },
    validate: {
      userName: (value) => (value.trim() === '' ? 'Enter your user name' : null),
      password: (value) => (value === '' ? 'Enter your password' : null),
    },
  });
  const submit = form.onSubmit(async ({ userName, password }) => {
    setPending(true);
    setError(null);
    try {
      await signIn(consoleClient(), tokenKeeper, userName, password);
    } catch (reason) {
      setError(reason);
      setPending(false);
      // The next thing to do is to type it again.
      const password: HTMLInputElement | null = form.getInputNode('password');
      password?.focus();
      password?.select();
    }
  }, toFirstProblem(form));
  return (
    <EntryFrame>
      <form onSubmit={submit} noValidate>
        <Stack>
          <div>
            <Title order={1} size="h3">
              Sign in
            </Title>
            {clinicName !== '' && <Text c="dimmed">{clinicName}</Text>}
          </div>
          {notice !== '' && (
            <Alert icon={<IconInfoCircle />} color="brand">
              {notice}
            </Alert>
          )}
          <ErrorNotice error={error} />
          <TextInput
            label="User name"
            size="md"
            autoComplete="username"
            data-autofocus
            autoFocus
            key={form.key('userName')}
            {...form.getInputProps('userName')}
          />
          <PasswordInput
            label="Password"
            size="md"
            autoComplete="current-password"
            key={form.key('password')}
            {...form.getInputProps('password')}
          />
          <Button type="submit" size="md" loading={pending} fullWidth>
            Sign in
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
}
