// The desktop client: the preload bridge's two functions behind the same interface and the same errors.
import { expect, it, vi } from 'vitest';
import type { ConsoleEvent } from '../../src-main/contract/events.ts';
import { createDesktopClient, type DesktopBridge } from '../../src-renderer/client/desktop-client.ts';

function bridgeThat(send: DesktopBridge['send']): {
  readonly bridge: DesktopBridge;
  readonly emit: (event: ConsoleEvent) => void;
} {
  let callback: (event: ConsoleEvent) => void = () => undefined;
  const listen: DesktopBridge['listen'] = (given) => {
    callback = given;
    return () => undefined;
  };
  return { bridge: { send, listen }, emit: (event) => callback(event) };
}

it('a good answer resolves to its result', async () => {
  const send = vi.fn().mockResolvedValue({ ok: true, result: ['x'] });
  await expect(createDesktopClient(bridgeThat(send).bridge).send('device.list', {})).resolves.toEqual(['x']);
  expect(send).toHaveBeenCalledExactlyOnceWith('device.list', {});
});

it('a refusal keeps code and field', async () => {
  const error = { code: 'already_exists', message: 'There already.', field: 'mrn' } as const;
  const client = createDesktopClient(bridgeThat(async () => ({ ok: false, error })).bridge);
  await expect(client.send('device.list', {})).rejects.toMatchObject(error);
});

it('a broken bridge is an unreachable console, not an unknown error', async () => {
  const client = createDesktopClient(bridgeThat(() => Promise.reject(new Error('gone'))).bridge);
  await expect(client.send('device.list', {})).rejects.toMatchObject({ code: 'unreachable' });
});

it('events reach listeners of their name until they stop', () => {
  const { bridge, emit } = bridgeThat(vi.fn());
  const client = createDesktopClient(bridge);
  const heard = vi.fn();
  const stop = client.listen('history.changed', heard);
  emit({ name: 'history.changed', payload: { patientId: 3 } });
  emit({ name: 'alarm.audioPause', payload: { pause: null } });
  stop();
  emit({ name: 'history.changed', payload: { patientId: 4 } });
  expect(heard).toHaveBeenCalledExactlyOnceWith({ patientId: 3 });
});
