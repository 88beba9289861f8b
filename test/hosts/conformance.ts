// What every bridge between a screen and the console must do; run against each of them.
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConsoleEvent } from '../../src-main/contract/events.ts';
import { MAX_CROP_PX, PHOTO_PART_BYTES } from '../../src-main/contract/photos.ts';
import type { Reply } from '../../src-main/hosts/bridge-core.ts';
import { type FakeConsole, NORA, PASSWORD, settingsChanged } from './fake-console.ts';

/** One screen connected over the bridge under test, at the level of what travels. */
export interface Screen {
  send(command: unknown, params: unknown): Promise<Reply>;
  /** Returns its own unsubscribe. */
  listen(callback: (event: ConsoleEvent) => void): () => void;
  /** Resolves once everything the console said before has arrived. */
  settle(): Promise<void>;
}

export interface BridgeUnderTest {
  readonly console: FakeConsole;
  readonly errors: readonly unknown[];
  connect(): Promise<Screen>;
  /** The same page loaded again: a new connection in place of the old. */
  reload(screen: Screen): Promise<Screen>;
  /** Tries to speak from a page that is not the console's; resolves with what it got. */
  speakAsStranger(): Promise<'refused' | Reply>;
  close(): Promise<void>;
}

const signIn = { userName: NORA.userName, password: PASSWORD };
const names = (events: readonly ConsoleEvent[]) =>
  events.map((event) => (event.name === 'settings.changed' ? event.payload.clinicName : event.name));

export function bridgeConformance(name: string, open: () => Promise<BridgeUnderTest>): void {
  describe(`${name} bridge`, () => {
    let bridge: BridgeUnderTest;
    let screen: Screen;
    beforeEach(async () => {
      bridge = await open();
      screen = await bridge.connect();
    });
    afterEach(() => bridge.close());

    it('says what console this is before anybody signs in', async () => {
      expect(await screen.send('console.info', {})).toEqual({ ok: true, result: expect.objectContaining({ version: '9.9.9' }) });
    });

    it('refuses everything else before sign-in, by code', async () => {
      expect(await screen.send('ward.live', {})).toMatchObject({ ok: false, error: { code: 'not_signed_in' } });
    });

    it('lets a user in with the right password only, and out again', async () => {
      expect(await screen.send('session.signIn', { ...signIn, password: 'wrong' })).toMatchObject({
        ok: false,
        error: { code: 'wrong_password' },
      });
      expect(await screen.send('session.signIn', signIn)).toEqual({ ok: true, result: { user: NORA, token: 'token' } });
      expect(await screen.send('ward.live', {})).toEqual({ ok: true, result: [] });
      expect(await screen.send('user.list', {})).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
      await screen.send('session.signOut', {});
      expect(await screen.send('ward.live', {})).toMatchObject({ ok: false, error: { code: 'not_signed_in' } });
    });

    it('answers an unknown command and invalid parameters by code, naming the field', async () => {
      expect(await screen.send('console.explode', {})).toMatchObject({ ok: false, error: { code: 'unknown_command' } });
      expect(await screen.send('session.signIn', { userName: 7, password: '' })).toMatchObject({
        ok: false,
        error: { code: 'invalid_params', field: 'userName' },
      });
      expect(await screen.send('toString', {})).toMatchObject({ ok: false });
    });

    it('refuses a command that is no text without asking the console', async () => {
      const before = bridge.console.asked.length;
      for (const command of [7, null, { name: 'console.info' }, '', 'x'.repeat(200)]) {
        expect(await screen.send(command, {})).toMatchObject({ ok: false, error: { code: 'invalid_params' } });
      }
      expect(bridge.console.asked).toHaveLength(before);
    });

    it('carries a large result unchanged, nulls included', async () => {
      await screen.send('session.signIn', signIn);
      const answer = await screen.send('reading.history', {
        patientId: 1,
        kinds: ['heartRate'],
        fromMs: 0,
        toMs: 1,
        maxPoints: 10_000,
      });
      expect(answer.ok).toBe(true);
      const [series] = (answer as { result: { mean: (number | null)[] }[] }).result;
      expect(series?.mean).toHaveLength(10_000);
      expect(series?.mean.slice(6, 9)).toEqual([2, null, 8 / 3]);
    });

    it('carries the largest square of pixels and the largest part of a photo whole, and refuses what is larger by its field', async () => {
      await screen.send('session.signIn', signIn);
      const rgb = Uint8Array.from({ length: 3 * MAX_CROP_PX ** 2 }, (_, index) => (index * 31) & 0xff);
      const rgbBase64 = Buffer.from(rgb).toString('base64');
      const message = createHash('sha256').update(rgb).digest('hex');
      expect(await screen.send('photo.assess', { patientId: 1, side: MAX_CROP_PX, rgbBase64 })).toMatchObject({
        ok: true,
        result: { outcome: { kind: 'not-assessed', message } },
      });
      const part = (bytes: number) => ({ uploadId: 1, part: 0, base64: Buffer.alloc(bytes, 7).toString('base64') });
      expect(await screen.send('photo.part', part(PHOTO_PART_BYTES))).toEqual({
        ok: true,
        result: { receivedBytes: PHOTO_PART_BYTES },
      });
      expect(await screen.send('photo.part', part(PHOTO_PART_BYTES + 3))).toMatchObject({
        ok: false,
        error: { code: 'invalid_params', field: 'base64' },
      });
      const side = MAX_CROP_PX + 1;
      expect(await screen.send('photo.assess', { patientId: 1, side, rgbBase64: '' })).toMatchObject({
        ok: false,
        error: { code: 'invalid_params', field: 'side' },
      });
    });

    it('answers many requests at once, each with its own result', async () => {
      await screen.send('session.signIn', signIn);
      const sizes = Array.from({ length: 30 }, (_, index) => 10 + index);
      const answers = await Promise.all(
        sizes.map((maxPoints) =>
          screen.send('reading.history', { patientId: 1, kinds: ['heartRate'], fromMs: 0, toMs: 1, maxPoints }),
        ),
      );
      expect(answers.map((answer) => (answer as { result: { count: number }[] }).result[0]?.count)).toEqual(sizes);
    });

    it('carries code, field, limit and value of a refusal', async () => {
      await screen.send('session.signIn', signIn);
      const params = { patientId: 1, takenAtMs: 0, entries: [{ kind: 'spo2', value: '920', unit: '%' }] };
      expect(await screen.send('observation.add', params)).toEqual({
        ok: false,
        error: {
          code: 'out_of_range',
          message: 'SpO₂ cannot be 920 %.',
          field: 'entries.0.value',
          limit: '30–100 %',
          value: '920',
        },
      });
    });

    it('answers a fault of the console as internal, without its innards, and reports it to the host', async () => {
      await screen.send('session.signIn', signIn);
      const answer = await screen.send('model.list', {});
      expect(answer).toMatchObject({ ok: false, error: { code: 'internal' } });
      expect(JSON.stringify(answer)).not.toContain('secret');
      expect(bridge.errors).toHaveLength(1);
    });

    it('sends events only while a user is signed in', async () => {
      const heard: ConsoleEvent[] = [];
      screen.listen((event) => heard.push(event));
      bridge.console.tell(settingsChanged('before'));
      await screen.send('session.signIn', signIn);
      bridge.console.tell(settingsChanged('during'));
      await screen.settle();
      await screen.send('session.signOut', {});
      bridge.console.tell(settingsChanged('after'));
      await screen.settle();
      expect(names(heard)).toEqual(['during']);
      expect(heard[0]).toEqual(settingsChanged('during'));
    });

    it('keeps events in order and before the answer to a later request', async () => {
      await screen.send('session.signIn', signIn);
      const heard: ConsoleEvent[] = [];
      screen.listen((event) => heard.push(event));
      const expected = Array.from({ length: 200 }, (_, index) => String(index));
      for (const clinicName of expected) bridge.console.tell(settingsChanged(clinicName));
      await screen.send('console.info', {});
      expect(names(heard)).toEqual(expected);
    });

    it('stops telling a listener that has unsubscribed, and goes on telling the others', async () => {
      await screen.send('session.signIn', signIn);
      const first: ConsoleEvent[] = [];
      const second: ConsoleEvent[] = [];
      const unsubscribe = screen.listen((event) => first.push(event));
      screen.listen((event) => second.push(event));
      bridge.console.tell(settingsChanged('one'));
      await screen.settle();
      unsubscribe();
      bridge.console.tell(settingsChanged('two'));
      await screen.settle();
      expect(names(first)).toEqual(['one']);
      expect(names(second)).toEqual(['one', 'two']);
    });

    it('forgets who was signed in when the page is loaded again', async () => {
      await screen.send('session.signIn', signIn);
      const again = await bridge.reload(screen);
      expect(await again.send('ward.live', {})).toMatchObject({ ok: false, error: { code: 'not_signed_in' } });
    });

    it('refuses a page that is not the console’s own, and never asks the console for it', async () => {
      const before = bridge.console.asked.length;
      const outcome = await bridge.speakAsStranger();
      if (outcome !== 'refused') expect(outcome).toMatchObject({ ok: false, error: { code: 'not_allowed' } });
      expect(bridge.console.asked).toHaveLength(before);
    });

    it('says where a caller is, and lets go of the console when it is closed', async () => {
      await screen.send('console.info', {});
      expect(['desktop', '127.0.0.1']).toContain(bridge.console.asked.at(-1)?.origin);
      expect(bridge.console.listeners).toBe(1);
      await bridge.close();
      expect(bridge.console.listeners).toBe(0);
    });
  });
}
