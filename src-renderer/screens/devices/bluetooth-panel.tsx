// Scan for wearables and pair one: what the radio is doing, and what it has found, new ones first, then nearest.
import { Button, Group, Progress, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconBluetooth, IconBluetoothOff, IconPlayerStop, IconRadar2 } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ScanResult } from '../../../src-main/contract/models.ts';
import { consoleClient } from '../../client/index.ts';
import { useCommand } from '../../client/use-command.ts';
import { SignalBars, signalWords } from '../../components/device-icons.tsx';
import { ErrorNotice } from '../../components/notices.tsx';
import { useNowMs } from '../../stores/clock.ts';
import { setBluetooth, useDevices } from '../../stores/devices.ts';
import { ageWords } from '../../stores/freshness.ts';
import { bluetoothText, bluetoothWords } from './bluetooth-words.ts';
import classes from './devices.module.css';

/** Results not seen again for this long are gone. */
const FORGET_MS = 60_000;

/** `5 heard: 2 new, 3 paired already`. */
function heardWords(results: readonly ScanResult[]): string {
  const paired = results.filter(({ deviceId }) => deviceId !== null).length;
  if (results.length === 0) return 'Listening. Nothing heard yet.';
  return `${results.length} heard so far: ${results.length - paired} new, ${paired} paired already.`;
}

export function BluetoothPanel() {
  const { bluetooth, found } = useDevices();
  const scan = useCommand('bluetooth.scan');
  const pair = useCommand('bluetooth.pair');
  const [pairing, setPairing] = useState('');
  const nowMs = useNowMs();
  const scanning = bluetooth?.state === 'scanning';

  // Leaving the screen ends the scan: a scanning radio hears connected wearables less well.
  useEffect(
    () => () => {
      if (useDevices.getState().bluetooth?.state === 'scanning')
        void consoleClient()
          .send('bluetooth.scan', { on: false })
          .catch(() => undefined);
    },
    [],
  );

  if (bluetooth === null) return null;
  const words = bluetoothWords(bluetooth);
  const BluetoothIcon = words.canScan ? IconBluetooth : IconBluetoothOff;
  const results = [...found.values()]
    .filter(({ seenAtMs, deviceId }) => nowMs - seenAtMs < FORGET_MS && (scanning || deviceId === null))
    .sort((a, b) => Number(a.deviceId !== null) - Number(b.deviceId !== null) || b.rssiDbm - a.rssiDbm);

  async function toggle(): Promise<void> {
    const state = await scan.run({ on: !scanning });
    if (state !== null) setBluetooth(state);
  }

  async function pairNow({ address, name }: ScanResult): Promise<void> {
    setPairing(address);
    const device = await pair.run({ address });
    setPairing('');
    if (device !== null)
      notifications.show({ message: `${name || address} is paired. Give it to a patient below.`, color: 'brand' });
  }

  return (
    <section className={`hs-card ${classes.card}`} aria-label="Bluetooth">
      <Group justify="space-between">
        <Group gap="sm" wrap="nowrap">
          <BluetoothIcon size={26} aria-hidden="true" style={{ flexShrink: 0 }} />
          <div role="status">
            <Text fw={650}>{words.title}</Text>
            <Text size="sm" c="dimmed">
              {bluetoothText(bluetooth)}
            </Text>
          </div>
        </Group>
        {words.canScan && (
          <Button
            variant={scanning ? 'default' : 'filled'}
            loading={scan.pending}
            leftSection={scanning ? <IconPlayerStop size={20} aria-hidden="true" /> : <IconRadar2 size={20} aria-hidden="true" />}
            onClick={() => void toggle()}
          >
            {scanning ? 'Stop scanning' : 'Scan for wearables'}
          </Button>
        )}
      </Group>
      {scanning && (
        <div>
          <Progress value={100} animated aria-label="Scanning" size="sm" />
          <Text size="sm" c="dimmed" mt={4} role="status">
            {heardWords(results)}
          </Text>
        </div>
      )}
      {pair.pending && (
        <Text size="sm" role="status">
          Pairing: connecting, asking what it is, and subscribing to what it measures. This takes up to half a minute; keep it
          near.
        </Text>
      )}
      <ErrorNotice error={scan.error} />
      <ErrorNotice error={pair.error} />
      {(scanning || results.length > 0) && (
        <ul className={classes.found} aria-label="Wearables found">
          {results.map((result) => (
            <li key={result.address} className={classes.foundRow}>
              <SignalBars rssiDbm={result.rssiDbm} size={26} />
              <div className={classes.foundName}>
                <Text fw={650}>
                  <bdi>{result.name || 'Unnamed'}</bdi>
                </Text>
                <Text size="sm">{result.services.join(', ') || 'Does not say what it measures'}</Text>
                <Text size="sm" c="dimmed">
                  {signalWords({ ...result, state: 'discovered', transport: 'bluetooth' })} ({result.rssiDbm} dBm) ·{' '}
                  {result.address} · heard {ageWords(nowMs - result.seenAtMs)} ago
                </Text>
                {result.refusal !== '' && <div className={classes.refusal}>Not taken: {result.refusal}</div>}
              </div>
              {result.deviceId === null ? (
                <Button
                  loading={pair.pending && pairing === result.address}
                  disabled={pair.pending}
                  aria-label={`Pair ${result.name || result.address}`}
                  onClick={() => void pairNow(result)}
                >
                  Pair
                </Button>
              ) : (
                <Text c="dimmed">Paired as {result.deviceId}</Text>
              )}
            </li>
          ))}
          {results.length === 0 && <li className={classes.foundRow}>Nothing heard yet.</li>}
        </ul>
      )}
    </section>
  );
}
