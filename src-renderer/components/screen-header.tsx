// Title of a screen with its actions on the right.
import { Group, Title } from '@mantine/core';
import type { ReactNode } from 'react';

export function ScreenHeader({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Group justify="space-between" mb="md" gap="sm">
      <Title order={1} size="1.5rem">
        {title}
      </Title>
      <Group gap="sm">{children}</Group>
    </Group>
  );
}
