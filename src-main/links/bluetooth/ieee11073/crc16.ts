// CRC-16/MCRF4XX, the end-to-end check of the continuous glucose monitoring service.

const POLYNOMIAL_REFLECTED = 0x8408;
const INITIAL = 0xffff;

const TABLE = Uint16Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ POLYNOMIAL_REFLECTED : value >>> 1;
  return value;
});

/** Polynomial 0x1021 reflected, initial value 0xFFFF, no final xor; "123456789" gives 0x6F91. */
export function crc16(bytes: Uint8Array): number {
  let crc = INITIAL;
  for (const byte of bytes) crc = (crc >>> 8) ^ (TABLE[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}
