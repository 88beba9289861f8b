// A prediction's receipt: every input with its value, source and age, what pushed the result, and which model said so.
import { Alert, Button, Table, Text } from '@mantine/core';
import { IconArrowBackUp, IconArrowDown, IconArrowUp, IconChartDots, IconRefresh, IconZoomQuestion } from '@tabler/icons-react';
import { type ReactElement, useMemo, useState } from 'react';
import type { Receipt } from '../../../src-main/contract/models.ts';
import type { ObservationKind } from '../../../src-main/vitals/inputs.ts';
import { dateTimeText } from '../../charts/clinic-time.ts';
import { ModelFactsDialog } from '../models/model-facts-dialog.tsx';
import { fieldsFor } from './model-inputs.ts';
import { type ReceiptRow, receiptView } from './receipt-model.ts';
import classes from './receipt-view.module.css';
import type { Here } from './use-patient.ts';

interface ReceiptViewProps {
  readonly title: string;
  readonly receipt: Receipt;
  readonly here: Here;
  /** A newer result exists than the one shown. */
  readonly newer: boolean;
  readonly onNewer: () => void;
  readonly onEnter: (fields: readonly ObservationKind[]) => void;
}

export function ReceiptView({ title, receipt, here, newer, onNewer, onEnter }: ReceiptViewProps): ReactElement {
  const view = useMemo(() => receiptView(receipt, receipt.prediction.scoredAtMs, here.settings), [receipt, here.settings]);
  const { prediction } = receipt;
  const [facts, setFacts] = useState(false);
  return (
    <>
      <div className={classes.head}>
        <h2 className={classes.title}>
          {title}: {prediction.probability === null ? 'no result' : `${view.probability}, ${view.level}`}
        </h2>
        <Text size="sm" c="dimmed">
          {prediction.probability === null ? 'tried' : 'scored'} {dateTimeText(prediction.scoredAtMs, here.settings.timeZone)}
        </Text>
        {newer ? (
          <Button size="compact-sm" variant="light" leftSection={<IconRefresh size={15} />} onClick={onNewer}>
            Show the newest result
          </Button>
        ) : null}
      </div>
      {receipt.withdrawn === undefined ? null : (
        <Alert
          color="red"
          variant="light"
          mt="xs"
          icon={<IconArrowBackUp aria-hidden="true" />}
          title="Withdrawn: this result is not this patient’s"
        >
          It was made with readings that turned out not to be theirs: {receipt.withdrawn.by} corrected who wore the device on{' '}
          {dateTimeText(receipt.withdrawn.atMs, here.settings.timeZone)}.
        </Alert>
      )}
      {view.summary === '' ? null : <Text>{view.summary}</Text>}
      {view.outside.length === 0 ? null : (
        <Alert
          color="yellow"
          variant="light"
          mt="xs"
          icon={<IconZoomQuestion aria-hidden="true" />}
          title={`Outside what the model has seen: ${view.outside.join(', ')}`}
        >
          It was never trained on such {view.outside.length === 1 ? 'a value' : 'values'}: take the result with more doubt than
          its number says.
        </Alert>
      )}
      <Table.ScrollContainer minWidth={720}>
        <Table verticalSpacing={5} captionSide="top" className={classes.table ?? ''}>
          <caption className={classes.caption}>
            Inputs, strongest first. Ages are those at the time of scoring. Bars: {view.contributionUnit}, to the right raises the
            risk.
          </caption>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Input</Table.Th>
              <Table.Th>Value</Table.Th>
              <Table.Th>Source</Table.Th>
              <Table.Th>Age</Table.Th>
              <Table.Th className={classes.barColumn}>Pushed the result</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {view.rows.map((row) => (
              <InputRow key={row.name} row={row} onEnter={onEnter} />
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      <dl className={classes.model}>
        <Fact term="Model">
          {receipt.title}, {receipt.modelKind}, version {prediction.version}
        </Fact>
        <Fact term="SHA-256">
          <code title={receipt.sha256}>{view.shortHash}</code>
        </Fact>
        <Fact term="Thresholds">{view.levels}</Fact>
      </dl>
      <dl className={classes.words}>
        <Fact term="Measured performance">
          {receipt.performance}
          <div>
            <Button
              size="compact-sm"
              variant="light"
              mt={4}
              leftSection={<IconChartDots size={15} aria-hidden="true" />}
              onClick={() => setFacts(true)}
            >
              How well this model does
            </Button>
          </div>
        </Fact>
        <Fact term="How contributions are told">{receipt.contributionMethod}</Fact>
      </dl>
      {facts ? (
        <ModelFactsDialog
          model={prediction.model}
          title={title}
          levels={receipt.thresholdsNow ?? receipt.thresholds}
          onClose={() => setFacts(false)}
        />
      ) : null}
    </>
  );
}

function InputRow({ row, onEnter }: { readonly row: ReceiptRow; readonly onEnter: ReceiptViewProps['onEnter'] }): ReactElement {
  const fields = fieldsFor([row.name]);
  return (
    <Table.Tr>
      <Table.Td>
        {row.title}
        {row.required ? <span className={classes.note}>required</span> : null}
        {row.remark === '' ? null : <div className={classes.remark}>{row.remark}</div>}
      </Table.Td>
      <Table.Td>
        <span className={row.missing ? classes.missing : classes.value}>{row.missing ? 'missing' : row.value}</span>
        {row.outside === '' ? null : <div className={classes.outside}>▲ {row.outside}</div>}
      </Table.Td>
      <Table.Td>
        {row.missing ? (
          fields.length > 0 ? (
            <Button size="compact-xs" variant="light" aria-label={`Enter it: ${row.title}`} onClick={() => onEnter(fields)}>
              Enter it
            </Button>
          ) : (
            '–'
          )
        ) : (
          row.source
        )}
      </Table.Td>
      <Table.Td className={classes.age ?? ''}>{row.age === '' ? '–' : row.age}</Table.Td>
      <Table.Td>
        <Bar row={row} />
      </Table.Td>
    </Table.Tr>
  );
}

/** A bar from the middle: right and an upward arrow raise the risk, left and a downward arrow lower it. */
function Bar({ row }: { readonly row: ReceiptRow }): ReactElement {
  if (row.contribution === '') return <span className={classes.missing}>–</span>;
  const share = `${Math.abs(row.share) * 50}%`;
  const words = row.direction === 'none' ? 'no effect' : row.direction === 'up' ? 'raises the risk' : 'lowers the risk';
  return (
    <div className={classes.barRow}>
      <div className={classes.bar} aria-hidden="true">
        <div
          className={classes.fill}
          data-direction={row.direction}
          style={row.direction === 'down' ? { right: '50%', width: share } : { left: '50%', width: share }}
        />
      </div>
      <span className={classes.contribution}>
        {row.direction === 'up' ? (
          <IconArrowUp size={14} aria-hidden="true" />
        ) : row.direction === 'down' ? (
          <IconArrowDown size={14} aria-hidden="true" />
        ) : null}
        {row.contribution}
        <span className={classes.spoken}>{words}</span>
      </span>
    </div>
  );
}

function Fact({ term, children }: { readonly term: string; readonly children: React.ReactNode }): ReactElement {
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
