// The priority of an alarm as its shape and colour, with the word for those who cannot see either.
import { VisuallyHidden } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Alarm } from '../../../src-main/contract/models.ts';
import { PriorityIcon, priorityWord } from '../../components/priority.tsx';

export function AlarmMark({ alarm }: { readonly alarm: Alarm }): ReactElement {
  return (
    <span style={{ color: `var(--hs-${alarm.priority}-text)`, flex: 'none', lineHeight: 0 }}>
      <PriorityIcon priority={alarm.priority} size={20} />
      <VisuallyHidden>{priorityWord(alarm.priority)} priority</VisuallyHidden>
    </span>
  );
}
