// Stands in for a screen whose code is still on its way.
import { Skeleton, Stack } from '@mantine/core';

export function ScreenSkeleton() {
  return (
    <Stack p="lg" aria-busy="true" aria-label="Loading">
      <Skeleton height={32} width={220} />
      <Skeleton height={220} />
      <Skeleton height={220} />
    </Stack>
  );
}
