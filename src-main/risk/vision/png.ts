// Writes a PNG: eight bits a channel, RGB or RGBA. Only writing; nothing here ever parses a picture that came from outside.
// Format: PNG specification, third edition (W3C 2025), 5 and 11.2.
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOUR_TYPE = { 3: 2, 4: 6 } as const;
/** Each byte less the one a pixel before it: compresses photographs by about a third. */
const FILTER_SUB = 1;

/** `pixels`: side × side × channels bytes, row by row. @throws RangeError where their number is another. */
export function encodePng(pixels: Uint8Array, side: number, channels: 3 | 4): Uint8Array {
  const stride = side * channels;
  if (pixels.length !== stride * side) throw new RangeError(`${pixels.length} bytes are no square of ${side} pixels a side`);
  const filtered = new Uint8Array((stride + 1) * side);
  for (let row = 0; row < side; row += 1) {
    const [from, to] = [row * stride, row * (stride + 1)];
    filtered[to] = FILTER_SUB;
    for (let at = 0; at < stride; at += 1) {
      const before = at < channels ? 0 : (pixels[from + at - channels] ?? 0);
      filtered[to + 1 + at] = ((pixels[from + at] ?? 0) - before) & 0xff;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 8;
  header[9] = COLOUR_TYPE[channels];
  return Buffer.concat([SIGNATURE, chunk('IHDR', header), chunk('IDAT', deflateSync(filtered)), chunk('IEND', Buffer.alloc(0))]);
}

function chunk(type: string, data: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
