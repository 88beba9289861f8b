// Report: a period, and the patient's PDF or CSV for it.
import { Alert, Button, Text } from '@mantine/core';
import { IconFileTypeCsv, IconFileTypePdf } from '@tabler/icons-react';
import { type ReactElement, useState } from 'react';
import type { Patient } from '../../../src-main/contract/models.ts';
import type { Span } from '../../charts/chart-option.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { consoleClient, errorWords } from '../../client/index.ts';
import { useFocusKept } from '../../components/use-focus-kept.ts';
import { download, sizeText } from './download.ts';
import { identityLine } from './identity.ts';
import { PeriodPicker } from './period-picker.tsx';
import { type PeriodName, periodEndingAt } from './periods.ts';
import classes from './report-section.module.css';
import type { Here } from './use-patient.ts';

type Format = 'pdf' | 'csv';

type Progress =
  | { readonly state: 'idle' }
  | { readonly state: 'making'; readonly format: Format; readonly sinceMs: number }
  | { readonly state: 'done'; readonly fileName: string; readonly size: string }
  | { readonly state: 'failed'; readonly format: Format; readonly problem: string };

interface ReportSectionProps {
  readonly patient: Patient;
  readonly here: Here;
}

export function ReportSection({ patient, here }: ReportSectionProps): ReactElement {
  const { timeZone } = here.settings;
  const [period, setPeriod] = useState<PeriodName>('24h');
  const [span, setSpan] = useState<Span>(() => periodEndingAt('24h', here.nowMs));
  const [progress, setProgress] = useState<Progress>({ state: 'idle' });
  const keepFocus = useFocusKept(progress.state === 'making');
  // A preset ends when the button is pressed, not when it was chosen: then by the console's clock, which is not behind its own entries.
  const asked = period === 'custom' ? span : periodEndingAt(period, here.nowMs);
  const make = async (format: Format): Promise<void> => {
    keepFocus();
    setProgress({ state: 'making', format, sinceMs: here.nowMs });
    try {
      const toMs = period === 'custom' ? asked.toMs : null;
      const file = await consoleClient().send('report.create', {
        patientId: patient.patientId,
        fromMs: asked.fromMs,
        toMs,
        format,
      });
      setProgress({ state: 'done', fileName: file.fileName, size: sizeText(download(file)) });
    } catch (error) {
      setProgress({ state: 'failed', format, problem: errorWords(error) });
    }
  };
  const making = progress.state === 'making' ? progress.format : null;
  return (
    <section className={classes.card} aria-label="Report">
      <h2 className={classes.title}>Report for {patient.name}</h2>
      <Text c="dimmed">{identityLine(patient)}</Text>
      <PeriodPicker
        value={period}
        span={asked}
        timeZone={timeZone}
        nowMs={here.nowMs}
        onChange={(name, chosen) => {
          setPeriod(name);
          setSpan(chosen);
          setProgress({ state: 'idle' });
        }}
      />
      <Text>
        From <b>{dateTimeText(asked.fromMs, timeZone)}</b> to <b>{dateTimeText(asked.toMs, timeZone)}</b>, clinic time ({timeZone}
        )
      </Text>
      <div className={classes.choices}>
        <div className={classes.choice}>
          <Button
            size="md"
            leftSection={<IconFileTypePdf size={20} />}
            loading={making === 'pdf'}
            disabled={making !== null || !here.connected}
            onClick={() => void make('pdf')}
          >
            Download PDF
          </Button>
          <Text size="sm" c="dimmed">
            To hand over or print: charts, statistics, risks with their models, skin photos, alarms.
          </Text>
        </div>
        <div className={classes.choice}>
          <Button
            size="md"
            variant="default"
            leftSection={<IconFileTypeCsv size={20} />}
            loading={making === 'csv'}
            disabled={making !== null || !here.connected}
            onClick={() => void make('csv')}
          >
            Download CSV
          </Button>
          <Text size="sm" c="dimmed">
            Every stored value of the period, one per line, for a spreadsheet.
          </Text>
        </div>
      </div>
      <div aria-live="polite">
        {progress.state === 'making' ? (
          <Text c="dimmed">Making the {progress.format.toUpperCase()}… A long period takes a while; you may go on working.</Text>
        ) : null}
        {progress.state === 'done' ? (
          <Alert color="teal" variant="outline" title="Downloaded">
            {progress.fileName}, {progress.size}
          </Alert>
        ) : null}
        {progress.state === 'failed' ? (
          <Alert color="red" variant="outline" title={`The ${progress.format.toUpperCase()} could not be made`}>
            {progress.problem}
          </Alert>
        ) : null}
      </div>
      <Text size="sm" c="dimmed">
        The report is decision support and says so; it is not a certified medical record.
      </Text>
    </section>
  );
}
