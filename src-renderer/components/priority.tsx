// Alarm priority as icon and word, in the colour of the priority.
import { IconAlertOctagonFilled, IconAlertTriangleFilled, IconInfoCircleFilled } from '@tabler/icons-react';
import type { AlarmPriority } from '../../src-main/contract/models.ts';
import classes from './priority.module.css';

const ICONS = { high: IconAlertOctagonFilled, medium: IconAlertTriangleFilled, low: IconInfoCircleFilled } as const;
const WORDS: Readonly<Record<AlarmPriority, string>> = { high: 'High', medium: 'Medium', low: 'Low' };

export function priorityWord(priority: AlarmPriority): string {
  return WORDS[priority];
}

export function PriorityIcon({ priority, size = 18 }: { readonly priority: AlarmPriority; readonly size?: number }) {
  const Icon = ICONS[priority];
  return <Icon size={size} aria-hidden="true" />;
}

interface PriorityBadgeProps {
  readonly priority: AlarmPriority;
  /** Acknowledged alarms are drawn hollow. */
  readonly quiet?: boolean;
  readonly count?: number;
}

export function PriorityBadge({ priority, quiet = false, count }: PriorityBadgeProps) {
  return (
    <span className={classes.badge} data-priority={priority} data-quiet={quiet || undefined}>
      <PriorityIcon priority={priority} size={16} />
      {count !== undefined && <strong>{count}</strong>}
      {WORDS[priority]}
    </span>
  );
}
