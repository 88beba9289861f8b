// The unclaimed tray: readings of devices that nobody was bound to, given to a patient once somebody is sure, and taken back again.
import { Button, Collapse, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { IconArrowBackUp, IconInbox } from '@tabler/icons-react';
import { type ReactElement, useEffect, useRef, useState } from 'react';
import type { Claim, Device, UnclaimedSpan } from '../../../src-main/contract/models.ts';
import { consoleClient } from '../../client/index.ts';
import { useAnswer, useCommand } from '../../client/use-command.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { useDevices } from '../../stores/devices.ts';
import { useSettings } from '../../stores/settings.ts';
import { ClaimDialog } from './claim-dialog.tsx';
import { DOUBT_WORDS, spanTimeWords, spanVitalsWords } from './device-words.ts';
import classes from './devices.module.css';

export function UnclaimedTray(): ReactElement | null {
  const spans = useAnswer('unclaimed.list', {});
  const claims = useAnswer('unclaimed.claims', { limit: 20 });
  const undo = useCommand('unclaimed.undo');
  const settings = useSettings((state) => state.settings);
  const [claiming, setClaiming] = useState<UnclaimedSpan | null>(null);
  const [history, historyToggle] = useDisclosure(false);
  const { reload: reloadSpans } = spans;
  const { reload: reloadClaims } = claims;

  // A device given or taken off since an earlier time moves readings out of the tray or into it.
  const bindings = useDevices(({ devices }) => bindingsOf(devices.values()));
  const seen = useRef(bindings);
  useEffect(() => {
    if (seen.current === bindings) return;
    seen.current = bindings;
    reloadSpans();
  }, [bindings, reloadSpans]);

  useEffect(
    () =>
      consoleClient().listen('unclaimed.changed', () => {
        reloadSpans();
        reloadClaims();
      }),
    [reloadSpans, reloadClaims],
  );

  if (spans.data === null) return <ErrorNotice error={spans.error} retry={reloadSpans} />;
  const done = claims.data ?? [];
  if (spans.data.length === 0 && done.length === 0) return null;
  const byDevice = Map.groupBy(spans.data, ({ deviceId }) => deviceId);

  async function undoNow(claim: Claim): Promise<void> {
    const undone = await undo.run({ claimId: claim.claimId });
    if (undone === null) return;
    notifications.show({ message: `The readings of ${claim.deviceId} are back in the tray.`, color: 'brand' });
  }

  return (
    <section className={`hs-card ${classes.card}`} aria-labelledby="unclaimed-tray">
      <Group justify="space-between">
        <Group gap="sm" wrap="nowrap">
          <IconInbox size={26} aria-hidden="true" style={{ flexShrink: 0 }} />
          <div>
            <h2 className={classes.heading} id="unclaimed-tray">
              Unclaimed readings
            </h2>
            <Text size="sm" c="dimmed">
              {spans.data.length === 0
                ? 'The tray is empty.'
                : 'Measured while nobody was bound to the device, or in doubt. They belong to no patient until somebody who knows says whose they are.'}
            </Text>
          </div>
        </Group>
        {done.length > 0 && (
          <Button size="xs" variant="default" aria-expanded={history} onClick={historyToggle.toggle}>
            {history ? 'Hide what was claimed' : `What was claimed (${done.length})`}
          </Button>
        )}
      </Group>
      <ErrorNotice error={undo.error} />
      {[...byDevice].map(([deviceId, ofDevice]) => (
        <div key={deviceId}>
          <h3 className={classes.trayDevice}>
            <bdi>{ofDevice[0]?.deviceName || deviceId}</bdi>
            {ofDevice[0]?.deviceName ? <span className={classes.sub}> {deviceId}</span> : null}
          </h3>
          <ul className={classes.found} aria-label={`Unclaimed readings of ${ofDevice[0]?.deviceName || deviceId}`}>
            {ofDevice.map((span) => (
              <li key={`${span.isDoubtful} ${span.fromMs}`} className={classes.foundRow}>
                <div className={classes.foundName}>
                  <Text fw={650}>{spanTimeWords(span, settings.timeZone)}</Text>
                  <Text size="sm" c="dimmed">
                    {span.count.toLocaleString('en-GB')} {span.count === 1 ? 'reading' : 'readings'}:{' '}
                    {spanVitalsWords(span, settings)}
                  </Text>
                  {span.isDoubtful && <Text size="sm">{DOUBT_WORDS}</Text>}
                </div>
                <Button size="sm" onClick={() => setClaiming(span)}>
                  Whose are they?
                </Button>
              </li>
            ))}
          </ul>
        </div>
      ))}
      <Collapse expanded={history}>
        <ul className={classes.found} aria-label="Claimed readings">
          {done.map((claim) => (
            <li key={claim.claimId} className={classes.foundRow}>
              <div className={classes.foundName}>
                <Text fw={650}>
                  {claim.patientId === null ? 'Set aside as nobody’s' : claim.patientName}
                  {claim.undoneAtMs === null ? '' : ' (undone)'}
                </Text>
                <Text size="sm" c="dimmed">
                  {claim.deviceId}, {spanTimeWords(claim, settings.timeZone)}, by {claim.claimedBy}
                  {claim.undoneBy === null ? '' : `; undone by ${claim.undoneBy}`}
                </Text>
              </div>
              {claim.undoneAtMs === null && (
                <Button
                  size="xs"
                  variant="default"
                  loading={undo.pending}
                  leftSection={<IconArrowBackUp size={16} aria-hidden="true" />}
                  aria-label={`Undo: ${claim.patientName || 'set aside'}, ${claim.deviceId}`}
                  onClick={() => void undoNow(claim)}
                >
                  Undo
                </Button>
              )}
            </li>
          ))}
        </ul>
      </Collapse>
      {claiming !== null && <ClaimDialog span={claiming} settings={settings} onClose={() => setClaiming(null)} />}
    </section>
  );
}

/** Who wears what since when, as one text that changes when any of it does. */
function bindingsOf(devices: Iterable<Device>): string {
  return [...devices]
    .map(({ deviceId, boundTo }) => `${deviceId} ${boundTo?.patientId ?? ''} ${boundTo?.fromMs ?? ''}`)
    .join('\n');
}
