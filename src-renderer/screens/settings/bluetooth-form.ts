// The choice of a Bluetooth adapter as it stands in a form: one string per adapter, and what is typed where none was found.
import type { AdapterChoice, AdapterOffer, BluetoothSettings } from '../../../src-main/contract/models.ts';

export const SERIAL = 'serial';

export interface BluetoothForm {
  /** Key of an adapter, or `serial`: a port typed by hand. */
  readonly adapter: string;
  readonly port: string;
  readonly baud: number | string;
  readonly runsOut: boolean;
  readonly bindingHours: number | string;
}

export const adapterKey = (adapter: AdapterChoice): string => JSON.stringify(adapter);

/** A controller on a serial port speaks HCI at this speed unless its maker says otherwise. */
const USUAL_BAUD = 1_000_000;
const USUAL_HOURS = 72;
const MOST_HOURS = 24 * 90;

/** What can be chosen: what is there now, and what is chosen already though it is not there. */
export function adapterOptions(
  { adapter }: Pick<BluetoothSettings, 'adapter'>,
  offers: readonly AdapterOffer[],
): readonly { readonly value: string; readonly label: string }[] {
  const found = offers.map((offer) => ({ value: adapterKey(offer.adapter), label: offer.title }));
  const chosen = adapterKey(adapter);
  const missing = found.some(({ value }) => value === chosen)
    ? []
    : [{ value: chosen, label: `${adapterWords(adapter)} (chosen, not found now)` }];
  return [...missing, ...found, { value: SERIAL, label: 'A controller on a serial port, by name' }];
}

function adapterWords(adapter: AdapterChoice): string {
  switch (adapter.kind) {
    case 'system':
      return adapter.hci === null ? 'The first adapter of this computer' : `Adapter hci${adapter.hci} of this computer`;
    case 'uart':
      return `Controller on ${adapter.port}`;
    case 'usb':
      return `USB dongle ${hex(adapter.vendorId)}:${hex(adapter.productId)}`;
    case 'virtual':
      return 'The virtual radio of the demonstration';
  }
}

const hex = (number: number): string => number.toString(16).padStart(4, '0');

export function formOf({ adapter, bindingHours }: BluetoothSettings): BluetoothForm {
  return {
    adapter: adapterKey(adapter),
    port: adapter.kind === 'uart' ? adapter.port : '',
    baud: adapter.kind === 'uart' ? adapter.baud : USUAL_BAUD,
    runsOut: bindingHours !== null,
    bindingHours: bindingHours ?? USUAL_HOURS,
  };
}

/** What is wrong with each field, in words; empty: it can be saved. */
export function formProblems(form: BluetoothForm): {
  readonly port?: string;
  readonly baud?: string;
  readonly bindingHours?: string;
} {
  const serial = form.adapter === SERIAL;
  const { baud, bindingHours } = form;
  return {
    ...(serial && form.port.trim() === '' ? { port: 'Name the port, such as /dev/ttyACM0 or COM3' } : {}),
    ...(serial && !(Number.isInteger(baud) && Number(baud) >= 9_600 && Number(baud) <= 4_000_000)
      ? { baud: 'From 9600 to 4000000' }
      : {}),
    ...(form.runsOut && !(Number.isInteger(bindingHours) && Number(bindingHours) >= 1 && Number(bindingHours) <= MOST_HOURS)
      ? { bindingHours: `From 1 to ${MOST_HOURS} hours` }
      : {}),
  };
}

export function settingsOf(form: BluetoothForm, current: AdapterChoice, offers: readonly AdapterOffer[]): BluetoothSettings {
  const bindingHours = form.runsOut ? Number(form.bindingHours) : null;
  if (form.adapter === SERIAL)
    return { adapter: { kind: 'uart', port: form.port.trim(), baud: Number(form.baud) }, bindingHours };
  const offered = offers.find(({ adapter }) => adapterKey(adapter) === form.adapter)?.adapter;
  return { adapter: offered ?? current, bindingHours };
}
