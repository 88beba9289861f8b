// Beneath a list that is asked for in one go: ask again, or ask for more of it.
import { Button, Group } from '@mantine/core';

/** The console hands out no more than this at once. */
const MOST = 1000;

interface ListFooterProps {
  readonly shown: number;
  /** What was asked for: as many shown mean that there may be more. */
  readonly limit: number;
  readonly onLimit: (limit: number) => void;
  readonly onReload: () => void;
}

export function ListFooter({ shown, limit, onLimit, onReload }: ListFooterProps) {
  return (
    <Group justify="space-between" mt="sm">
      <Button variant="default" onClick={onReload}>
        Refresh
      </Button>
      {shown >= limit && limit < MOST && (
        <Button variant="default" onClick={() => onLimit(Math.min(limit * 3, MOST))}>
          Show more
        </Button>
      )}
    </Group>
  );
}
