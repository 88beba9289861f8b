// Devices: the radio, wearables nearby, and every device this console knows with whom it is worn by.
import { Button, Group, Skeleton, Stack, Switch } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDeviceWatch, IconRouter } from '@tabler/icons-react';
import { useState } from 'react';
import { EmptyNotice } from '../../components/notices.tsx';
import { ScreenHeader } from '../../components/screen-header.tsx';
import { useDevices } from '../../stores/devices.ts';
import { useSession } from '../../stores/session.ts';
import { AddDeviceDialog } from './add-device-dialog.tsx';
import { BluetoothPanel } from './bluetooth-panel.tsx';
import { DeviceCard } from './device-card.tsx';
import classes from './devices.module.css';
import { UnclaimedTray } from './unclaimed-tray.tsx';

export function DevicesScreen() {
  const { devices, loaded } = useDevices();
  const admin = useSession((state) => state.user?.role === 'admin');
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
              Scan for wearables above and pair one{admin && ', or add a device that sends over the network'}.
            </EmptyNotice>
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
