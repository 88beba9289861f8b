// What is stored: backups of it, and how long it is kept.
import { Stack, Text } from '@mantine/core';
import { BackupsCard } from './backups-card.tsx';
import { RetentionCard } from './retention-card.tsx';

export function StorageSection({ admin }: { readonly admin: boolean }) {
  return (
    <Stack gap="lg">
      {admin ? <BackupsCard /> : <Text c="dimmed">An administrator makes and restores backups.</Text>}
      <RetentionCard admin={admin} />
    </Stack>
  );
}
