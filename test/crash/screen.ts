// A screen at the console of another process, as a browser has it, with its first user and a patient who wears a network device.
import { type ClosableClient, createWebSocketClient } from '../../src-renderer/client/websocket-client.ts';
import { PASSWORD } from '../console/driven-console.ts';

export const NURSE = 'Nina Nurse';

/** Nobody is signed in. */
export function screenAt(url: string): ClosableClient {
  return createWebSocketClient({ url: `${url.replace('http', 'ws')}console`, token: () => null });
}

/** The first user of a new console, signed in at this screen. @returns the session, to resume it with */
export async function setUp(screen: ClosableClient): Promise<string> {
  const names = { userName: 'nina', displayName: NURSE, clinicName: 'Test clinic', timeZone: 'Europe/Berlin' };
  return (await screen.send('setup.firstUser', { ...names, password: PASSWORD })).token;
}

/** @returns the device's token */
export async function addWorn(screen: ClosableClient, deviceId: string, mrn = '1'): Promise<string> {
  const person = { mrn, name: 'Ada Example', birthDate: '1960-05-01', sex: 'female' } as const;
  const { patientId } = await screen.send('patient.add', person);
  return (await screen.send('device.add', { deviceId, patientId })).token;
}
