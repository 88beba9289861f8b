// Providers, and the one decision above all screens: set-up, sign-in or the console itself.
import { Button, localStorageColorSchemeManager, MantineProvider, Stack, Text, Title } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { useState } from 'react';
import { RouterProvider } from 'react-router/dom';
import { consoleClient } from './client/index.ts';
import { tokenKeeper } from './client/session-token.ts';
import { Brand } from './components/brand.tsx';
import { createConsoleRouter } from './router.tsx';
import { EntryFrame } from './screens/sign-in/entry-frame.tsx';
import { FirstSetUpScreen } from './screens/sign-in/first-set-up-screen.tsx';
import { SignInScreen } from './screens/sign-in/sign-in-screen.tsx';
import { startSession, useSession } from './stores/session.ts';
import { cssVariablesResolver, theme } from './theme.ts';

const colorSchemeManager = localStorageColorSchemeManager({ key: 'healthsense.color-scheme' });

export function App() {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariablesResolver}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
    >
      <Notifications position="bottom-right" limit={4} />
      <Entry />
    </MantineProvider>
  );
}

function Entry() {
  const phase = useSession((state) => state.phase);
  const notice = useSession((state) => state.notice);
  if (phase === 'signed-in') return <SignedIn />;
  if (phase === 'set-up') return <FirstSetUpScreen />;
  if (phase === 'signed-out') return <SignInScreen />;
  if (phase === 'starting') {
    return (
      <main className="hs-centre" aria-busy="true">
        <Brand size={40} />
        <Text c="dimmed">Connecting to the console…</Text>
      </main>
    );
  }
  return (
    <EntryFrame>
      <Stack>
        <Title order={1} size="h3">
          The console cannot be reached
        </Title>
        <Text>{notice}</Text>
        <Text c="dimmed">Check that the console is running. This page connects by itself as soon as it answers.</Text>
        <Button variant="default" onClick={() => void startSession(consoleClient(), tokenKeeper)}>
          Try again
        </Button>
      </Stack>
    </EntryFrame>
  );
}

function SignedIn() {
  const [router] = useState(createConsoleRouter);
  return <RouterProvider router={router} />;
}
