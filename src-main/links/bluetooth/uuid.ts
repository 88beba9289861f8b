// GATT identifiers in one form: four hex digits where the Bluetooth base applies, else 32, lower case, no dashes.

const BLUETOOTH_BASE = /^0000([0-9a-f]{4})00001000800000805f9b34fb$/;

export function normalUuid(uuid: string): string {
  const plain = uuid.replace(/-/g, '').toLowerCase();
  return BLUETOOTH_BASE.exec(plain)?.[1] ?? plain;
}
