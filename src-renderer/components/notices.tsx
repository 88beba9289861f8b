// What stands where something is missing or went wrong: an empty state, and an error in plain words.
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertCircle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { ClientError, errorWords } from '../client/client-error.ts';

interface EmptyNoticeProps {
  readonly icon: ReactNode;
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}

export function EmptyNotice({ icon, title, children, action }: EmptyNoticeProps) {
  return (
    <Stack align="center" gap="xs" py={56} px="md" ta="center">
      <span style={{ color: 'var(--hs-quiet)' }}>{icon}</span>
      <Text fw={650} size="lg">
        {title}
      </Text>
      {children !== undefined && (
        <Text c="dimmed" maw={520}>
          {children}
        </Text>
      )}
      {action}
    </Stack>
  );
}

/** Nothing where there is no error. The field is named where the sentence does not stand beside it. */
export function ErrorNotice({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  if (error === null || error === undefined) return null;
  const field = error instanceof ClientError ? error.field : undefined;
  return (
    <Alert color="red" variant="light" icon={<IconAlertCircle />} role="alert">
      <Group justify="space-between" gap="sm">
        <Text size="sm">
          {errorWords(error)}
          {field !== undefined &&
            field !== '' &&
            !errorWords(error).toLowerCase().includes(field.toLowerCase()) &&
            ` (field: ${field})`}
        </Text>
        {retry !== undefined && (
          <Button size="xs" variant="default" onClick={retry}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  );
}
