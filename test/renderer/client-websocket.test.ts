// The WebSocket client: answers find their request, errors are plain, the connection comes back, nothing is sent late.
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { ClientError } from '../../src-renderer/client/client-error.ts';
import { type ClosableClient, createWebSocketClient } from '../../src-renderer/client/websocket-client.ts';

interface Asked {
  readonly id: number;
  readonly command: string;
  readonly params: unknown;
}

interface Peer {
  readonly url: string;
  readonly asked: Asked[];
  readonly sockets: Set<WebSocket>;
  answer: (asked: Asked, socket: WebSocket) => void;
}

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

async function startPeer(port = 0): Promise<Peer> {
  const server = new WebSocketServer({ port, host: '127.0.0.1', path: '/console' });
  await new Promise((resolve) => server.once('listening', resolve));
  const peer: Peer = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/console`,
    asked: [],
    sockets: new Set(),
    answer: ({ id }, socket) => socket.send(JSON.stringify({ type: 'answer', id, ok: true, result: { ok: true } })),
  };
  server.on('connection', (socket) => {
    peer.sockets.add(socket);
    socket.on('close', () => peer.sockets.delete(socket));
    socket.on('message', (data) => {
      const asked = JSON.parse(String(data)) as Asked;
      peer.asked.push(asked);
      peer.answer(asked, socket);
    });
  });
  closing.push(() => {
    for (const socket of peer.sockets) socket.terminate();
    server.close();
  });
  return peer;
}

function connect(url: string, token: string | null = null, requestTimeoutMs = 2_000): ClosableClient {
  const client = createWebSocketClient({ url, token: () => token, requestTimeoutMs, firstRetryMs: 20, maxRetryMs: 40 });
  closing.push(() => client.close());
  return client;
}

async function untilConnected(client: ClosableClient, wanted: boolean): Promise<void> {
  let stop = (): void => undefined;
  await new Promise<void>((resolve) => {
    stop = client.onConnection((connected) => {
      if (connected === wanted) resolve();
    });
  });
  stop();
}

describe('a request', () => {
  it('made before the connection stands is sent once it does', async () => {
    const peer = await startPeer();
    const client = connect(peer.url);
    await expect(client.send('console.info', {})).resolves.toEqual({ ok: true });
    expect(peer.asked).toEqual([{ id: 1, command: 'console.info', params: {} }]);
  });

  it('gets its own answer though answers come in another order', async () => {
    const peer = await startPeer();
    const held: (() => void)[] = [];
    peer.answer = ({ id, command }, socket) => {
      held.unshift(() => socket.send(JSON.stringify({ type: 'answer', id, ok: true, result: command })));
      if (held.length === 2) for (const send of held) send();
    };
    const client = connect(peer.url);
    const answers = await Promise.all([client.send('user.list', {}), client.send('model.list', {})]);
    expect(answers).toEqual(['user.list', 'model.list']);
  });

  it('that the console refuses fails with its code, words, field, limit and value', async () => {
    const peer = await startPeer();
    const error = { code: 'out_of_range', message: 'Too high.', field: 'limit', limit: '10 to 300', value: '920' };
    peer.answer = ({ id }, socket) => socket.send(JSON.stringify({ type: 'answer', id, ok: false, error }));
    const refused = await connect(peer.url)
      .send('device.list', {})
      .catch((reason: unknown) => reason);
    expect(refused).toBeInstanceOf(ClientError);
    expect(refused).toMatchObject(error);
  });

  it('that is not answered in time fails and says so', async () => {
    const peer = await startPeer();
    peer.answer = () => undefined;
    await expect(connect(peer.url, null, 60).send('device.list', {})).rejects.toMatchObject({ code: 'timeout' });
  });

  it('survives noise on the line', async () => {
    const peer = await startPeer();
    peer.answer = ({ id }, socket) => {
      socket.send('<html>not json');
      socket.send(JSON.stringify({ type: 'answer', id: 999, ok: true, result: 'whose?' }));
      socket.send(JSON.stringify({ type: 'answer', id, ok: true, result: 'mine' }));
    };
    await expect(connect(peer.url).send('device.list', {})).resolves.toBe('mine');
  });
});

describe('a lost connection', () => {
  it('fails what was on its way instead of leaving it open', async () => {
    const peer = await startPeer();
    peer.answer = (_asked, socket) => socket.terminate();
    await expect(connect(peer.url).send('device.list', {})).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('refuses new requests at once, so that no click takes effect later', async () => {
    const peer = await startPeer();
    const client = connect(peer.url);
    await untilConnected(client, true);
    for (const close of closing.splice(0, 1)) close();
    await untilConnected(client, false);
    const before = peer.asked.length;
    await expect(client.send('alarm.acknowledge', { alarmId: 'a' })).rejects.toMatchObject({ code: 'unreachable' });
    expect(peer.asked.length).toBe(before);
  });

  it('comes back by itself and takes the session up again before anything else', async () => {
    const peer = await startPeer();
    const client = connect(peer.url, 'token-1');
    await client.send('console.info', {});
    expect(peer.asked.map((asked) => asked.command)).toEqual(['console.info']);
    for (const socket of peer.sockets) socket.terminate();
    await untilConnected(client, false);
    await untilConnected(client, true);
    await client.send('ward.live', {});
    expect(peer.asked.slice(1)).toMatchObject([
      { command: 'session.resume', params: { token: 'token-1' } },
      { command: 'ward.live' },
    ]);
  });

  it('does not resume a session where nobody is signed in', async () => {
    const peer = await startPeer();
    const client = connect(peer.url, null);
    await untilConnected(client, true);
    for (const socket of peer.sockets) socket.terminate();
    await untilConnected(client, false);
    await untilConnected(client, true);
    await client.send('console.info', {});
    expect(peer.asked.map((asked) => asked.command)).toEqual(['console.info']);
  });
});

describe('an event', () => {
  const pause = { name: 'alarm.audioPause', payload: { pause: null } };

  it('reaches those who listen for its name, until they stop', async () => {
    const peer = await startPeer();
    const client = connect(peer.url);
    await untilConnected(client, true);
    const heard = vi.fn();
    const other = vi.fn();
    const stop = client.listen('alarm.audioPause', heard);
    client.listen('status.changed', other);
    const emit = (): void => {
      for (const socket of peer.sockets) socket.send(JSON.stringify({ type: 'event', event: pause }));
    };
    emit();
    await vi.waitFor(() => expect(heard).toHaveBeenCalledExactlyOnceWith({ pause: null }));
    stop();
    emit();
    // The answer comes after the event on the same socket: once it is here, the event has been dealt with.
    await client.send('console.info', {});
    expect(heard).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
  });
});

it('a closed client does not connect again', async () => {
  const peer = await startPeer();
  const client = connect(peer.url);
  await untilConnected(client, true);
  client.close();
  await vi.waitFor(() => expect(peer.sockets.size).toBe(0));
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(peer.sockets.size).toBe(0);
  await expect(client.send('console.info', {})).rejects.toMatchObject({ code: 'unreachable' });
});
