// A photo that is not kept is lost with the screen it stands on: whoever leaves is asked first.
import { Button, Group, Stack, Text } from '@mantine/core';
import { type ReactElement, useEffect } from 'react';
import { type Blocker, useBlocker } from 'react-router';
import { Dialog } from '../../components/dialog.tsx';

/** Holds back what leads away from this tab or this patient, and the closing of the window, while there is something to lose. */
export function useLeaveAsked(unsaved: boolean): Blocker {
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      unsaved &&
      (nextLocation.pathname !== currentLocation.pathname || tabOf(nextLocation.search) !== tabOf(currentLocation.search)),
  );
  useEffect(() => {
    if (!unsaved) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [unsaved]);
  return blocker;
}

function tabOf(search: string): string | null {
  return new URLSearchParams(search).get('tab');
}

interface LeaveDialogProps {
  readonly blocker: Blocker;
  readonly patientName: string;
  readonly hasResult: boolean;
  /** Keeps it as the form says; left out where there is nothing to keep yet. */
  readonly onKeep?: () => void;
}

export function LeaveDialog({ blocker, patientName, hasResult, onKeep }: LeaveDialogProps): ReactElement {
  const stay = (): void => blocker.reset?.();
  return (
    <Dialog opened={blocker.state === 'blocked'} onClose={stay} title="Leave without keeping this photo?" size="md">
      <Stack>
        <Text>
          {hasResult
            ? `The new skin photo of ${patientName} and its result are not in the record yet.`
            : `The new skin photo of ${patientName} is not in the record yet.`}{' '}
          Left now, it is gone.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={stay} data-autofocus>
            Stay here
          </Button>
          <Button color="red.9" variant="outline" onClick={() => blocker.proceed?.()}>
            Discard and leave
          </Button>
          {onKeep === undefined ? null : <Button onClick={onKeep}>Keep and leave</Button>}
        </Group>
      </Stack>
    </Dialog>
  );
}
