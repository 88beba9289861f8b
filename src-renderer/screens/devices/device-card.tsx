// One device: state, battery, signal, who wears it, what it has sent, and what can be done with it.
import { ActionIcon, Button, Group, Menu, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import {
  IconBan,
  IconCheck,
  IconCircleCheck,
  IconDots,
  IconLoader,
  IconPlugConnectedX,
  IconPointer,
  IconShieldX,
  IconUser,
  IconUserOff,
} from '@tabler/icons-react';
import { Link } from 'react-router';
import type { Device } from '../../../src-main/contract/models.ts';
import { useCommand } from '../../client/use-command.ts';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { BatteryFact, SignalFact } from '../../components/device-icons.tsx';
import { deviceName } from '../../components/device-name.ts';
import { ErrorNotice } from '../../components/notices.tsx';
import { useNowMs } from '../../stores/clock.ts';
import { ageWords } from '../../stores/freshness.ts';
import { useSession } from '../../stores/session.ts';
import { useSettings } from '../../stores/settings.ts';
import { BindDialog } from './bind-dialog.tsx';
import { DeviceRemarks } from './device-remarks.tsx';
import { bindingEndWords, lostWords } from './device-words.ts';
import classes from './devices.module.css';
import { TakeOffDialog } from './take-off-dialog.tsx';

const STATES = {
  unseen: { word: 'Not heard yet', tone: 'calm', Icon: IconPointer },
  discovered: { word: 'Nearby', tone: 'calm', Icon: IconPointer },
  connecting: { word: 'Connecting', tone: 'calm', Icon: IconLoader },
  connected: { word: 'Connected', tone: 'good', Icon: IconCircleCheck },
  lost: { word: 'Lost', tone: 'bad', Icon: IconPlugConnectedX },
  stopped: { word: 'Stopped', tone: 'calm', Icon: IconBan },
  refused: { word: 'Not taken', tone: 'bad', Icon: IconShieldX },
} as const;

/** A device that could not prove itself is not merely stopped. */
const stateOf = ({ state, trust }: Device): keyof typeof STATES => (trust === 'refused' ? 'refused' : state);

/** Makers differ; only whoever has the sensor's manual can tell. */
const OCTET_ORDERS = [
  { order: 'status-first', words: 'status, calibration, warning' },
  { order: 'warning-first', words: 'warning, calibration, status' },
] as const;

const TRANSPORT_WORDS = { bluetooth: 'Bluetooth', http: 'Network (HTTP)', mqtt: 'Network (MQTT)' } as const;

export function DeviceCard({ device }: { readonly device: Device }) {
  const name = deviceName(device);
  const nowMs = useNowMs();
  const timeZone = useSettings((each) => each.settings.timeZone);
  const admin = useSession((state) => state.user?.role === 'admin');
  const revoke = useCommand('device.revoke');
  const disconnect = useCommand('bluetooth.disconnect');
  const configure = useCommand('device.configure');
  const [binding, bindDialog] = useDisclosure(false);
  const [unbinding, unbindDialog] = useDisclosure(false);
  const [revoking, revokeDialog] = useDisclosure(false);
  const revoked = device.revokedAtMs !== null;
  const state = revoked ? { word: 'Revoked', tone: 'bad', Icon: IconBan } : STATES[stateOf(device)];
  const canDisconnect = device.transport === 'bluetooth' && !revoked && device.state !== 'stopped';
  const canRevoke = admin && !revoked;
  return (
    <article className={`hs-card ${classes.card}`} aria-label={name}>
      <div className={classes.cardHead}>
        <h3 className={classes.name}>
          <bdi>{name}</bdi>
        </h3>
        <div className={classes.cardState}>
          <span className={classes.state} data-tone={state.tone}>
            <state.Icon size={16} aria-hidden="true" />
            {state.word}
          </span>
          {(canDisconnect || canRevoke) && (
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" aria-label={`More for ${name}`}>
                  <IconDots size={20} />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                {canDisconnect && (
                  <Menu.Item onClick={() => void disconnect.run({ deviceId: device.deviceId })}>Disconnect</Menu.Item>
                )}
                {device.transport === 'bluetooth' && !revoked && (
                  <>
                    <Menu.Label>If it is a glucose sensor, its status octets come</Menu.Label>
                    {OCTET_ORDERS.map(({ order, words }) => (
                      <Menu.Item
                        key={order}
                        role="menuitemradio"
                        aria-checked={device.cgmOctetOrder === order}
                        leftSection={
                          <IconCheck size={16} aria-hidden="true" style={{ opacity: device.cgmOctetOrder === order ? 1 : 0 }} />
                        }
                        onClick={() => void configure.run({ deviceId: device.deviceId, cgmOctetOrder: order })}
                      >
                        {words}
                      </Menu.Item>
                    ))}
                  </>
                )}
                {canRevoke && (
                  <Menu.Item color="red" onClick={revokeDialog.open}>
                    Revoke…
                  </Menu.Item>
                )}
              </Menu.Dropdown>
            </Menu>
          )}
        </div>
      </div>
      <div className={classes.sub}>
        {[
          name === device.deviceId ? '' : device.deviceId,
          TRANSPORT_WORDS[device.transport],
          device.model,
          device.firmware && `firmware ${device.firmware}`,
        ]
          .filter((part) => part !== '')
          .join(' · ')}
      </div>
      <div className={classes.facts}>
        <SignalFact device={device} words />
        {(device.batteryPercent !== null || device.transport === 'bluetooth') && (
          <BatteryFact percent={device.batteryPercent} words />
        )}
        {device.lastHeardAtMs !== null && <span className={classes.sub}>{lostWords(device, nowMs)}</span>}
      </div>
      {device.detail !== '' && <Text size="sm">{device.detail}</Text>}
      <DeviceRemarks device={device} nowMs={nowMs} timeZone={timeZone} />
      <div className={classes.worn}>
        {device.boundTo === null ? (
          <>
            <Group gap={8} wrap="nowrap" c="dimmed">
              <IconUserOff size={20} aria-hidden="true" style={{ flexShrink: 0 }} />
              <span>Worn by nobody{device.unbound > 0 && `, ${device.unbound} readings unclaimed`}</span>
            </Group>
            {!revoked && (
              <Button size="xs" className={classes.keep} onClick={bindDialog.open}>
                Give to patient
              </Button>
            )}
          </>
        ) : (
          <>
            <Group gap={8} wrap="nowrap" style={{ minWidth: 0 }}>
              <IconUser size={20} aria-hidden="true" style={{ flexShrink: 0 }} />
              <div style={{ minWidth: 0 }}>
                <Link to={`/patients/${device.boundTo.patientId}`} style={{ color: 'inherit', fontWeight: 650 }}>
                  {device.boundTo.name}
                </Link>
                <div className={classes.sub}>
                  MRN {device.boundTo.mrn}
                  {device.boundTo.fromMs > 0 && `, for ${ageWords(nowMs - device.boundTo.fromMs)}`}
                  {device.boundTo.untilMs !== null && `, ${bindingEndWords(device.boundTo, nowMs)}`}
                </div>
              </div>
            </Group>
            <Button size="xs" variant="default" className={classes.keep} onClick={unbindDialog.open}>
              Take off
            </Button>
          </>
        )}
      </div>
      <dl className={classes.counters}>
        <Counter name="Stored" count={device.accepted} />
        <Counter name="Sent late" count={device.backfilled} />
        <Counter name="Sent twice" count={device.duplicates} />
        <Counter name="Unclaimed" count={device.unbound} />
      </dl>
      <ErrorNotice error={disconnect.error ?? configure.error} />
      <BindDialog device={device} opened={binding} onClose={bindDialog.close} />
      <TakeOffDialog device={device} timeZone={timeZone} opened={unbinding} onClose={unbindDialog.close} />
      <ConfirmDialog
        opened={revoking}
        title={`Revoke ${name}?`}
        action="Revoke"
        pending={revoke.pending}
        error={revoke.error}
        onClose={revokeDialog.close}
        onConfirm={() =>
          void revoke.run({ deviceId: device.deviceId }).then((result) => {
            if (result !== null) revokeDialog.close();
          })
        }
      >
        <Text>
          The console refuses everything this device sends from now on
          {device.boundTo !== null && `, and it is taken off ${device.boundTo.name}`}. Its stored readings are kept.
          {device.transport !== 'bluetooth' &&
            ' Its token never works again: to use the device later, add it anew under the same name and give it its new token.'}
        </Text>
      </ConfirmDialog>
    </article>
  );
}

function Counter({ name, count }: { readonly name: string; readonly count: number }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{count.toLocaleString('en-GB')}</dd>
    </div>
  );
}
