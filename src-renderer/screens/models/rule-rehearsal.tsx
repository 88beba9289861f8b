// How often an alarm limit would have alarmed lately, said before it is saved.
import { Alert, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconHistory } from '@tabler/icons-react';
import type { ReactElement } from 'react';
import type { CommandInput } from '../../../src-main/contract/commands.ts';
import { errorWords } from '../../client/client-error.ts';
import { useAnswer } from '../../client/use-command.ts';
import { ruleRehearsalWords } from './model-words.ts';

/** A hand that is still typing is not asked about. */
const REST_MS = 400;
/** From here on nobody listens any more. */
const MANY_A_DAY = 24;

export function RuleRehearsal({ change }: { readonly change: CommandInput<'threshold.rehearse'> }): ReactElement {
  const [rested] = useDebouncedValue(change, REST_MS);
  const { data, error } = useAnswer('threshold.rehearse', rested);
  const many = data !== null && data.proposed.alarmsPerDay >= MANY_A_DAY;
  return (
    <Alert
      color={many ? 'yellow' : 'gray'}
      variant="light"
      icon={<IconHistory aria-hidden="true" />}
      title={many ? 'That would be many alarms' : 'Tried on stored readings'}
      role="status"
    >
      <Text size="sm">
        {error !== null ? errorWords(error) : data === null ? 'Looking at the last 14 days …' : ruleRehearsalWords(data)}
      </Text>
      <Text size="xs" c="dimmed">
        As if every reading had come when it was taken; values entered by hand, HI and LO are not counted.
      </Text>
    </Alert>
  );
}
