// A screen that broke or could not be fetched: says so in plain words; navigation and alarms around it keep working.
import { Button } from '@mantine/core';
import { IconMoodSad } from '@tabler/icons-react';
import { useRouteError } from 'react-router';
import { EmptyNotice } from '../../components/notices.tsx';
import { useConnection } from '../../stores/connection.ts';

/** How browsers say that a part of the page could not be fetched. */
const NOT_FETCHED = /dynamically imported module|importing a module script failed/i;

export function RouteProblem() {
  const error = useRouteError();
  const connected = useConnection((state) => state.connected);
  const words = error instanceof Error ? error.message : String(error);
  const isMissing = NOT_FETCHED.test(words);
  return (
    <EmptyNotice
      icon={<IconMoodSad size={44} stroke={1.5} />}
      title={isMissing ? 'This screen could not be fetched' : 'This screen stopped working'}
      action={
        // Without the console there is nothing to load: the window would be left empty, alarms and all.
        <Button mt="sm" disabled={!connected} onClick={() => window.location.reload()}>
          Load again
        </Button>
      }
    >
      {isMissing ? 'The console could not be reached just then. Load it again once it is connected.' : words}
    </EmptyNotice>
  );
}
