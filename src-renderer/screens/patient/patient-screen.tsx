// One patient: who it is at the top, always, and below it now, history, risk, entry, skin photos, alarms and report.
import { Alert, Button, Skeleton, Tabs } from '@mantine/core';
import {
  IconActivity,
  IconBell,
  IconChartLine,
  IconFileText,
  IconPencilPlus,
  IconPhoto,
  IconUrgent,
  IconUserQuestion,
} from '@tabler/icons-react';
import { type ReactElement, useEffect, useMemo } from 'react';
import { Link, useParams, useSearchParams } from 'react-router';
import type { PatientLive, ThresholdRule } from '../../../src-main/contract/models.ts';
import type { ObservationKind } from '../../../src-main/vitals/inputs.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { consoleClient } from '../../client/index.ts';
import { EmptyNotice } from '../../components/notices.tsx';
import { isAcknowledged, worstUnacknowledged } from '../../stores/alarms.ts';
import { PhotosSection } from '../photos/photos-section.tsx';
import { AlarmsSection } from './alarms-section.tsx';
import { ENTRY_GROUPS } from './entry-form.ts';
import { EntrySection } from './entry-section.tsx';
import { HistorySection } from './history-section.tsx';
import { identityLine } from './identity.ts';
import { news2Rows } from './news2-parts.ts';
import { NowSection } from './now-section.tsx';
import { PatientHeader } from './patient-header.tsx';
import classes from './patient-screen.module.css';
import { ReportSection } from './report-section.tsx';
import { RiskSection } from './risk-section.tsx';
import { type Asked, useAsked, useHistoryChanged } from './use-asked.ts';
import { useHere, usePatient } from './use-patient.ts';
import { useStrips } from './use-strips.ts';

const NO_RULES: readonly ThresholdRule[] = [];
const TABS = ['now', 'history', 'risk', 'enter', 'photos', 'alarms', 'report'] as const;
type Tab = (typeof TABS)[number];

const KINDS: readonly ObservationKind[] = ENTRY_GROUPS.flatMap(({ kinds }) => kinds);

/** Everything below is thrown away when the patient changes: nothing of one may ever stand under the name of another. */
export function PatientScreen(): ReactElement {
  const { patientId } = useParams();
  const id = Number(patientId);
  if (!Number.isInteger(id) || id <= 0) return <NoPatient problem={`"${patientId}" is not a patient's number.`} />;
  return <Patient key={id} patientId={id} />;
}

function Patient({ patientId }: { readonly patientId: number }): ReactElement {
  const asked = usePatient(patientId);
  if (asked.data) return <Loaded live={asked.data} />;
  if (asked.state === 'failed') return <NoPatient problem={asked.problem} again={asked.again} />;
  return (
    <div className={classes.screen} aria-busy="true">
      <Skeleton height={84} radius="lg" />
      <Skeleton height={40} width={560} />
      <Skeleton height={132} radius="lg" />
      <Skeleton height={132} radius="lg" />
      <Skeleton height={132} radius="lg" />
    </div>
  );
}

function Loaded({ live }: { readonly live: PatientLive }): ReactElement {
  const here = useHere();
  const { patient } = live;
  const { patientId } = patient;
  const [search, setSearch] = useSearchParams();
  const tab: Tab = TABS.find((one) => one === search.get('tab')) ?? 'now';
  const fields = search.get('fields') ?? '';
  const askedFields = useMemo(() => KINDS.filter((kind) => fields.split(',').includes(kind)), [fields]);
  const open = (next: string, wanted: readonly ObservationKind[] = []): void =>
    setSearch(wanted.length > 0 ? { tab: next, fields: wanted.join(',') } : { tab: next }, {
      preventScrollReset: wanted.length > 0,
    });

  const strips = useStrips(patientId);
  const thresholds = useAsked(`${patientId} limits`, () => askThresholds(patientId));
  const entered = useAsked(`${patientId} entered`, () => consoleClient().send('observation.list', { patientId }));
  useHistoryChanged(patientId, entered.again);
  const parts = useMemo(() => news2Rows(live, entered.data ?? [], here.settings), [live, entered.data, here.settings]);

  useEffect(() => {
    const before = document.title;
    document.title = `${patient.name}, MRN ${patient.mrn} – HealthSense`;
    return () => {
      document.title = before;
    };
  }, [patient.name, patient.mrn]);

  const calling = live.alarms.filter((alarm) => !isAcknowledged(alarm)).length;
  const worst = worstUnacknowledged(live.alarms);
  return (
    <div className={classes.screen}>
      <PatientHeader live={live} news2Rows={parts} here={here} />
      <Discharged live={live} timeZone={here.settings.timeZone} />
      <Tabs value={tab} onChange={(next) => open(next ?? 'now')} keepMounted={false}>
        <Tabs.List className={classes.tabs ?? ''} aria-label={`Views of ${patient.name}`}>
          <Tabs.Tab value="now" leftSection={<IconActivity size={18} />}>
            Now
          </Tabs.Tab>
          <Tabs.Tab value="history" leftSection={<IconChartLine size={18} />}>
            History
          </Tabs.Tab>
          <Tabs.Tab value="risk" leftSection={<IconUrgent size={18} />}>
            Risk
          </Tabs.Tab>
          <Tabs.Tab value="enter" leftSection={<IconPencilPlus size={18} />}>
            Enter values
          </Tabs.Tab>
          <Tabs.Tab value="photos" leftSection={<IconPhoto size={18} />}>
            Skin photos
          </Tabs.Tab>
          <Tabs.Tab
            value="alarms"
            leftSection={<IconBell size={18} />}
            rightSection={
              calling > 0 ? (
                <span
                  className={classes.count}
                  data-priority={worst?.priority}
                  role="img"
                  aria-label={`${calling} not acknowledged`}
                >
                  {calling}
                </span>
              ) : null
            }
          >
            Alarms
          </Tabs.Tab>
          <Tabs.Tab value="report" leftSection={<IconFileText size={18} />}>
            Report
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value={tab} pt="md">
          <Section
            tab={tab}
            live={live}
            here={here}
            strips={strips}
            thresholds={thresholds}
            askedFields={askedFields}
            open={open}
          />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

interface SectionProps {
  readonly tab: Tab;
  readonly live: PatientLive;
  readonly here: ReturnType<typeof useHere>;
  readonly strips: ReturnType<typeof useStrips>;
  readonly thresholds: Asked<readonly ThresholdRule[]>;
  readonly askedFields: readonly ObservationKind[];
  readonly open: (tab: string, fields?: readonly ObservationKind[]) => void;
}

const askThresholds = (patientId: number) => consoleClient().send('threshold.list', { patientId });

function Section({ tab, live, here, strips, thresholds, askedFields, open }: SectionProps): ReactElement {
  const rules = thresholds.data ?? NO_RULES;
  switch (tab) {
    case 'now':
      return <NowSection live={live} strips={strips} rules={rules} here={here} onOpen={open} />;
    case 'history':
      return (
        <HistorySection
          patientId={live.patient.patientId}
          rules={rules}
          here={here}
          identity={identityLine(live.patient)}
          onOpen={open}
        />
      );
    case 'risk':
      return <RiskSection live={live} here={here} onEnter={(wanted) => open('enter', wanted)} />;
    case 'enter':
      return <EntrySection live={live} here={here} asked={askedFields} />;
    case 'photos':
      return <PhotosSection patient={live.patient} here={here} />;
    case 'alarms':
      return <AlarmsSection live={live} thresholds={thresholds} here={here} />;
    case 'report':
      return <ReportSection patient={live.patient} here={here} />;
  }
}

function Discharged({ live, timeZone }: { readonly live: PatientLive; readonly timeZone: string }): ReactElement | null {
  const { dischargedAtMs } = live.patient;
  if (dischargedAtMs === null) return null;
  return (
    <Alert color="gray" variant="outline" title={`Discharged ${dateTimeText(dischargedAtMs, timeZone)}`}>
      Nothing new is measured or alarmed. What was stored can still be read, and a report can be made.
    </Alert>
  );
}

function NoPatient({ problem, again }: { readonly problem: string; readonly again?: () => void }): ReactElement {
  return (
    <EmptyNotice
      icon={<IconUserQuestion size={44} />}
      title="This patient cannot be shown"
      action={
        <>
          {again ? <Button onClick={again}>Try again</Button> : null}
          <Button component={Link} to="/" variant="default">
            Back to the ward
          </Button>
        </>
      }
    >
      {problem}
    </EmptyNotice>
  );
}
