// The quiet page around sign-in and set-up.
import { Box, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { Brand } from '../../components/brand.tsx';
import { useSession } from '../../stores/session.ts';

export function EntryFrame({ children }: { readonly children: ReactNode }) {
  const info = useSession((state) => state.info);
  return (
    <main className="hs-centre">
      <Brand size={44} />
      <Box className="hs-card" w="100%" maw={460} p="xl">
        {children}
      </Box>
      <Text size="sm" c="dimmed" ta="center" maw={460}>
        Decision support for clinic staff. Not a certified medical device.
        {info !== null && ` Version ${info.version}${info.demo ? ', demonstration' : ''}.`}
      </Text>
    </main>
  );
}
