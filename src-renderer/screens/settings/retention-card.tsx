// How long each kind of stored data is kept; nothing goes before somebody has seen what would.
import { Button, Group, NativeSelect, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { RetentionChoice, RetentionKind, RetentionRule } from '../../../src-main/contract/models.ts';
import { dateText } from '../../charts/clinic-time.ts';
import { useAnswer, useCommand } from '../../client/use-command.ts';
import { bytesWords } from '../../components/bytes-words.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { ErrorNotice } from '../../components/notices.tsx';
import { useSettings } from '../../stores/settings.ts';
import classes from './settings.module.css';
import { TaskProgressBar } from './task-progress.tsx';

const KINDS: { readonly [K in RetentionKind]: { readonly title: string; readonly words: string } } = {
  raw: { title: 'Single readings', words: 'Every value a device sent. Without them charts of that time show minutes.' },
  minutes: { title: 'Minute summaries', words: 'Mean, lowest and highest of each minute. Without them charts show hours.' },
  hours: { title: 'Hour summaries', words: 'Mean, lowest and highest of each hour.' },
  scores: { title: 'Model scores', words: 'What the risk models said, with their inputs.' },
};
const CHOICES = [
  { value: '', label: 'For ever' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
  { value: '1825', label: '5 years' },
  { value: '3650', label: '10 years' },
];

export function RetentionCard({ admin }: { readonly admin: boolean }) {
  const { data, error, reload } = useAnswer('retention.list', {});
  if (data === null) return error === null ? <Skeleton height={260} radius="lg" /> : <ErrorNotice error={error} retry={reload} />;
  return <RetentionForm key={JSON.stringify(data)} rules={data} admin={admin} onSaved={reload} />;
}

interface RetentionFormProps {
  readonly rules: readonly RetentionRule[];
  readonly admin: boolean;
  readonly onSaved: () => void;
}

function RetentionForm({ rules, admin, onSaved }: RetentionFormProps) {
  const [chosen, setChosen] = useState<readonly RetentionChoice[]>(rules.map(({ kind, keepDays }) => ({ kind, keepDays })));
  const preview = useCommand('retention.preview');
  const save = useCommand('retention.save');
  const timeZone = useSettings((state) => state.settings.timeZone);
  const [shown, setShown] = useState<Awaited<ReturnType<typeof preview.run>>>(null);
  const changed = rules.some(({ kind, keepDays }) => chosen.find((choice) => choice.kind === kind)?.keepDays !== keepDays);
  const goes = (shown ?? []).filter(({ rows }) => rows > 0);

  const confirm = async (): Promise<void> => {
    if ((await save.run({ rules: [...chosen] })) === null) return;
    setShown(null);
    notifications.show({ message: 'How long data is kept is saved.', color: 'brand' });
    onSaved();
  };
  return (
    <section className={`hs-card ${classes.wideCard}`} aria-label="How long data is kept">
      <Stack>
        <div>
          <h2 className={classes.heading}>How long data is kept</h2>
          <Text c="dimmed" maw={680}>
            What is older is removed every hour. What people entered, alarms and the audit are always kept. Your country&apos;s
            law may say how long a clinic has to keep records: ask before you shorten this.
          </Text>
        </div>
        {rules.map(({ kind, keptFromMs }) => {
          const { title, words } = KINDS[kind];
          const keepDays = chosen.find((choice) => choice.kind === kind)?.keepDays ?? null;
          return (
            <div key={kind} className={classes.keep}>
              <div>
                <Text fw={600}>{title}</Text>
                <Text size="sm" c="dimmed">
                  {words} {keptFromMs > 0 && `Removed before ${dateText(keptFromMs, timeZone)}.`}
                </Text>
              </div>
              <NativeSelect
                aria-label={`Keep ${title.toLowerCase()}`}
                data={optionsWith(keepDays)}
                value={keepDays === null ? '' : String(keepDays)}
                disabled={!admin || save.pending}
                onChange={({ currentTarget: { value } }) =>
                  setChosen(
                    chosen.map((choice) =>
                      choice.kind === kind ? { kind, keepDays: value === '' ? null : Number(value) } : choice,
                    ),
                  )
                }
              />
            </div>
          );
        })}
        <TaskProgressBar tasks={['retention']} running={preview.pending || save.pending} />
        <ErrorNotice error={preview.error} />
        {admin && (
          <Group>
            <Button
              disabled={!changed}
              loading={preview.pending}
              onClick={async () => setShown(await preview.run({ rules: [...chosen] }))}
            >
              See what would go
            </Button>
          </Group>
        )}
      </Stack>
      <ConfirmDialog
        opened={shown !== null}
        title={goes.length === 0 ? 'Nothing would be removed now' : 'This is removed for good'}
        action={goes.length === 0 ? 'Save' : 'Remove and save'}
        pending={save.pending}
        error={save.error}
        onConfirm={confirm}
        onClose={() => setShown(null)}
      >
        <Stack gap="xs">
          {goes.map(({ kind, rows, bytes, period }) => (
            <Text key={kind}>
              <strong>{KINDS[kind].title}</strong>: {rows.toLocaleString('en-GB')} rows, about {bytesWords(bytes)}
              {period !== null && `, from ${dateText(period.fromMs, timeZone)} to ${dateText(period.toMs, timeZone)}`}
            </Text>
          ))}
          <Text size="sm" c="dimmed">
            {goes.length === 0
              ? 'From now on what grows older than this is removed every hour.'
              : 'The room is used for new readings; the database file keeps its size. Only a backup can bring these rows back.'}
          </Text>
        </Stack>
      </ConfirmDialog>
    </section>
  );
}

/** A number of days that somebody has set elsewhere is offered as it is. */
function optionsWith(keepDays: number | null): { readonly value: string; readonly label: string }[] {
  const value = keepDays === null ? '' : String(keepDays);
  return CHOICES.some((choice) => choice.value === value) ? CHOICES : [...CHOICES, { value, label: `${value} days` }];
}
