// Devices: the radio, wearables nearby, and every device this console knows with whom it is worn by.
import { Button, Group, Skeleton, Stack, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDeviceWatch, IconRouter } from '@tabler/icons-react';
import { useState } from 'react';
import { EmptyNotice } from '../../components/notices.tsx';
import { ScreenHeader } from '../../components/screen-header.tsx';
import { useDevices } from '../../stores/devices.ts';
import { useSession } from '../../stores/session.ts';
import { AddDeviceDialog } from './add-device-dialog.tsx';
import { BluetoothPanel } from './bluetooth-panel.tsx';
import { bluetoothWords } from './bluetooth-words.ts';
import { DeviceCard } from './device-card.tsx';
import classes from './devices.module.css';
import { UnclaimedTray } from './unclaimed-tray.tsx';

export function DevicesScreen() {
  const { devices, loaded, bluetooth } = useDevices();
  const admin = useSession((state) => state.user?.role === 'admin');
  const canScan = bluetooth !== null && bluetoothWords(bluetooth).canScan;
  const [adding, dialog] = useDisclosure(false);
  const [withRevoked, setWithRevoked] = useState(false);
  const all = [...devices.values()].sort((a, b) => a.name.localeCompare(b.name, undefined, { numeric: true }));
  const revoked = all.filter((device) => device.revokedAtMs !== null).length;
  const shown = all.filter((device) => withRevoked || device.revokedAtMs === null);
  return (
    <>
      <ScreenHeader title="Devices">
        {admin && (
          <Button variant="default" leftSection={<IconRouter size={20} aria-hidden="true" />} onClick={dialog.open}>
            Add network device
          </Button>
        )}
      </ScreenHeader>
      <Stack gap="lg">
        <BluetoothPanel />
        <UnclaimedTray />
        <section aria-labelledby="known-devices">
          <Group justify="space-between" mb="sm">
            <h2 className={classes.heading} id="known-devices">
              Known devices
            </h2>
            {revoked > 0 && (
              <Switch
                label={`Show revoked (${revoked})`}
                checked={withRevoked}
                onChange={(event) => setWithRevoked(event.currentTarget.checked)}
              />
            )}
          </Group>
          {!loaded && <Skeleton height={220} radius="lg" />}
          {loaded && shown.length === 0 && (
            <EmptyNotice icon={<IconDeviceWatch size={44} stroke={1.5} />} title="No devices yet">
              {nextStep(canScan, admin)}
            </EmptyNotice>
          )}
          {shown.length > 0 && (
            <Text size="sm" c="dimmed" mb="sm">
              Numbers are readings. <b>Sent late</b>: of those stored, what a device kept while it had no link and handed in
              afterwards. <b>Sent twice</b>: was stored already and is kept once. <b>Unclaimed</b>: came while the device was
              nobody’s, or is in doubt.
            </Text>
          )}
          <ul className={classes.grid} aria-label="Known devices">
            {shown.map((device) => (
              <li key={device.deviceId}>
                <DeviceCard device={device} />
              </li>
            ))}
          </ul>
        </section>
      </Stack>
      <AddDeviceDialog opened={adding} onClose={dialog.close} />
    </>
  );
}

/** What to do where there is no device yet: only what is possible here. */
function nextStep(canScan: boolean, admin: boolean): string {
  if (canScan) return `Scan for wearables above and pair one${admin ? ', or add a device that sends over the network' : ''}.`;
  if (admin) return 'Add a device that sends over the network, or switch Bluetooth on and pair a wearable.';
  return 'An administrator can add a device that sends over the network. Wearables are paired once Bluetooth is on.';
}
