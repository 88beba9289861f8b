// Device Information service 180A: text a device says about itself, made safe to show, and the device id made from it.
import { cleanText } from '../clean-text.ts';
import { type Decoded, decoded, rejected } from './parser.ts';

const LONGEST_TEXT = 64;
/** Long enough to be an identity, and only what a device id may hold. */
const SERIAL_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{3,39}$/;
/** What modules carry when nobody wrote a serial number. */
const PLACEHOLDERS: readonly RegExp[] = [
  /^(.)\1+$/,
  /^0*1?$/,
  /^(0?12345*6*7*8*9*0*)$/,
  /^(serial|sn|n-?a|none|unknown|default|test)\b/i,
];

export function decodeText(bytes: Uint8Array): Decoded<string> {
  const text = cleanText(new TextDecoder('utf-8').decode(bytes), LONGEST_TEXT);
  return text === '' ? rejected('text', 'the text is empty') : decoded(text);
}

export function isSensibleSerial(serial: string): boolean {
  return SERIAL_PATTERN.test(serial) && !PLACEHOLDERS.some((placeholder) => placeholder.test(serial));
}

/** The serial number where it can serve as one, else the radio address. */
export function deviceIdOf(serial: string | null, address: string): string {
  return serial !== null && isSensibleSerial(serial) ? serial : deviceIdOfAddress(address);
}

export function deviceIdOfAddress(address: string): string {
  return `BLE-${address.replace(/[^0-9A-Za-z]/g, '').toUpperCase()}`;
}
