// One button that looks at everything the console depends on, the loudspeaker of this computer included.
import { Button, Group, Stack, Table, Text } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconCircleMinus, IconCircleX } from '@tabler/icons-react';
import { useState } from 'react';
import type { SelfTestCheck, SelfTestReport } from '../../../src-main/contract/models.ts';
import { clockSecondsText, dateText } from '../../charts/clinic-time.ts';
import { useCommand } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { enableSound, playPriority } from '../../sound/alarm-sound.ts';
import { useAlarms } from '../../stores/alarms.ts';
import { useSettings } from '../../stores/settings.ts';
import classes from './settings.module.css';
import { TaskProgressBar } from './task-progress.tsx';

type Verdict = SelfTestCheck['verdict'];

const VERDICTS: { readonly [V in Verdict]: { readonly words: string; readonly icon: typeof IconCircleCheck } } = {
  good: { words: 'Good', icon: IconCircleCheck },
  warning: { words: 'Look at it', icon: IconAlertTriangle },
  bad: { words: 'Not good', icon: IconCircleX },
  unused: { words: 'Not used', icon: IconCircleMinus },
};

/** Null: nobody has been asked, or has answered, whether the tone was heard. */
type Heard = boolean | 'asked' | null;

export function SelfTestSection() {
  const test = useCommand('selfTest.run');
  const speaker = useCommand('selfTest.speaker');
  const sound = useAlarms((state) => state.sound);
  const timeZone = useSettings((state) => state.settings.timeZone);
  const [report, setReport] = useState<SelfTestReport | null>(null);
  const [heard, setHeard] = useState<Heard>(null);

  const run = async (): Promise<void> => {
    enableSound();
    playPriority('low');
    setHeard('asked');
    setReport(null);
    setReport(await test.run({ screenAtMs: Date.now() }));
  };
  const answer = async (value: boolean): Promise<void> => {
    if ((await speaker.run({ heard: value })) !== null) setHeard(value);
  };
  return (
    <Stack>
      <Group justify="space-between" align="start" gap="sm">
        <Text c="dimmed" maw={640}>
          Looks at the database, storing, disk, risk models, Bluetooth, MQTT, clock, last backup and this computer&apos;s
          loudspeaker. Readings go on being taken. What was found is written to the audit.
        </Text>
        <Button loading={test.pending} onClick={run}>
          Run the self-test
        </Button>
      </Group>
      <TaskProgressBar tasks={['self-test']} running={test.pending} />
      <ErrorNotice error={test.error} />
      {heard !== null && (
        <section className={`hs-card ${classes.wideCard}`} aria-label="Loudspeaker">
          <Group justify="space-between" gap="sm">
            <Text>{speakerWords(heard, sound)}</Text>
            {heard === 'asked' && (
              <Group gap="xs">
                <Button size="sm" variant="default" onClick={() => playPriority('low')}>
                  Play it again
                </Button>
                <Button size="sm" variant="default" loading={speaker.pending} onClick={() => answer(false)}>
                  No, nothing
                </Button>
                <Button size="sm" variant="default" loading={speaker.pending} onClick={() => answer(true)}>
                  Yes, heard
                </Button>
              </Group>
            )}
          </Group>
          <ErrorNotice error={speaker.error} />
        </section>
      )}
      {report !== null && (
        <section aria-label="Result">
          <Text mb="xs">
            {summary(report)} {dateText(report.endedAtMs, timeZone)}, {clockSecondsText(report.endedAtMs, timeZone)}.
          </Text>
          <Table.ScrollContainer minWidth={560} className="hs-card">
            <Table>
              <Table.Tbody>
                {report.checks.map((check) => (
                  <CheckRow key={check.name} check={check} />
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </section>
      )}
    </Stack>
  );
}

function CheckRow({ check: { title, verdict, detail } }: { readonly check: SelfTestCheck }) {
  const { words, icon: Icon } = VERDICTS[verdict];
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.nowrap}>
        {title}
      </Table.Th>
      <Table.Td className={classes.nowrap}>
        <span className={classes.fact} data-warn={verdict === 'bad' || verdict === 'warning' || undefined}>
          <Icon size={18} aria-hidden="true" />
          {words}
        </span>
      </Table.Td>
      <Table.Td>{detail}</Table.Td>
    </Table.Tr>
  );
}

function summary({ checks }: SelfTestReport): string {
  const count = (...verdicts: readonly Verdict[]): number => checks.filter(({ verdict }) => verdicts.includes(verdict)).length;
  const [bad, warnings] = [count('bad'), count('warning')];
  if (bad + warnings === 0) return 'Everything is well,';
  const parts = [bad > 0 ? `${bad} not good` : '', warnings > 0 ? `${warnings} to look at` : ''];
  return `${parts.filter((part) => part !== '').join(', ')},`;
}

function speakerWords(heard: Exclude<Heard, null>, sound: string): string {
  if (heard === true) return 'Loudspeaker: the tone was heard.';
  if (heard === false)
    return 'Loudspeaker: the tone was not heard. Turn the volume up, plug the speaker in, and run the test again.';
  if (sound === 'unavailable') return 'Loudspeaker: this computer cannot play sound, so no alarm can be heard here.';
  return 'Loudspeaker: a tone was played on this computer. Did you hear it?';
}
