// A screen that broke: says so in plain words; navigation and alarms around it keep working.
import { Button } from '@mantine/core';
import { IconMoodSad } from '@tabler/icons-react';
import { useRouteError } from 'react-router';
import { EmptyNotice } from '../../components/notices.tsx';

export function RouteProblem() {
  const error = useRouteError();
  return (
    <EmptyNotice
      icon={<IconMoodSad size={44} stroke={1.5} />}
      title="This screen stopped working"
      action={
        <Button mt="sm" onClick={() => window.location.reload()}>
          Load again
        </Button>
      }
    >
      {error instanceof Error ? error.message : String(error)}
    </EmptyNotice>
  );
}
