// How far a long task on what is stored has come: the console tells every screen, whoever started it.
import { Progress, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { StorageTask, TaskProgress } from '../../../src-main/contract/models.ts';
import { consoleClient } from '../../client/index.ts';

/** Without news for so long it has ended, or its screen is gone. */
const QUIET_AFTER_MS = 10_000;

export function TaskProgressBar({ tasks, running }: { readonly tasks: readonly StorageTask[]; readonly running: boolean }) {
  const [progress, setProgress] = useState<TaskProgress | null>(null);
  useEffect(() => {
    let quiet: ReturnType<typeof setTimeout> | undefined;
    const unlisten = consoleClient().listen('task.progress', (told) => {
      setProgress(told);
      clearTimeout(quiet);
      quiet = setTimeout(() => setProgress(null), QUIET_AFTER_MS);
    });
    return () => {
      clearTimeout(quiet);
      unlisten();
    };
  }, []);
  if (!running) return null;
  const mine = progress !== null && tasks.includes(progress.task) ? progress : null;
  const percent = mine?.done === null || mine === null ? null : Math.round(mine.done * 100);
  const words = mine?.step ?? 'Starting';
  return (
    <Stack gap={4}>
      <Text size="sm">
        {/* The step is spoken, its percentages are not. */}
        <span role="status">{words}</span>
        {percent === null ? ' …' : `, ${percent}%`}
      </Text>
      <Progress value={percent ?? 100} striped={percent === null} animated={percent === null} aria-label={words} />
    </Stack>
  );
}
