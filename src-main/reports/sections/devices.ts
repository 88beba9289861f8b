// Devices the readings came from: worn from when to when, how much they sent, and what to know about their clocks.
import type { Content, TableCell } from 'pdfmake/interfaces.js';
import { type ClinicTime, duration } from '../clinic-time.ts';
import { plural, whole } from '../display.ts';
import { wrapped } from '../printable.ts';
import type { DeviceUse, ReportData } from '../report-data.ts';
import { heading, nothing, remark, table, twoLines } from './parts.ts';

/** A clock this near the console's is called right: transport takes seconds too. */
const RIGHT_WITHIN_MS = 10_000;

export function devicesSection(data: ReportData, time: ClinicTime): Content[] {
  if (data.devices.length === 0)
    return [heading('Devices and clocks'), nothing('No device was bound to the patient in this period.')];
  return [
    heading('Devices and clocks'),
    table(
      [
        { title: 'Device', width: 100 },
        { title: 'Worn', width: 142 },
        { title: 'Readings', width: 66, right: true },
        { title: 'Clock', width: '*' },
      ],
      data.devices.map((device) => deviceRow(device, data, time)),
    ),
    remark('Readings stand at the time their device gave them; the console keeps the time of arrival beside it.'),
  ];
}

function deviceRow(device: DeviceUse, data: ReportData, time: ClinicTime): TableCell[] {
  const about = [
    device.name === device.deviceId ? '' : device.name,
    device.model,
    device.firmware === '' ? '' : `firmware ${device.firmware}`,
  ];
  const worn = device.worn.map(({ fromMs, toMs, wasInDoubt }) => {
    const from = fromMs < data.fromMs ? 'before the period' : time.dateTime(fromMs);
    const to = toMs === null || toMs > data.toMs ? 'after its end' : time.dateTime(toMs);
    const when = fromMs < data.fromMs && to === 'after its end' ? 'All of the period' : `From ${from} until ${to}`;
    return wasInDoubt ? `${when}: readings in doubt, claimed` : when;
  });
  const sentLate = device.backfilled === 0 ? '' : `${whole(device.backfilled)} sent late`;
  return [
    twoLines(device.deviceId, about.filter((part) => part !== '').join(' · ')),
    { stack: worn.length === 0 ? ['No binding in the period'] : worn.map(wrapped) },
    { stack: [whole(device.readings), ...(sentLate === '' ? [] : [{ text: sentLate, fontSize: 7 }])] },
    clockRemark(device),
  ];
}

/** What the reader must know of a device's clock, in one or two sentences. */
export function clockRemark(device: Pick<DeviceUse, 'clock' | 'clockUnset'>): string {
  const unset = device.clockUnset === 0 ? '' : ` ${plural(device.clockUnset, 'reading')} came with the clock not set.`;
  if (device.clock === null) return `Offset not known: no live readings.${unset}`;
  const { medianMs, minMs, maxMs, samples } = device.clock;
  const spread = maxMs - minMs > 2 * RIGHT_WITHIN_MS ? ` (from ${signed(minMs)} to ${signed(maxMs)})` : '';
  if (Math.abs(medianMs) <= RIGHT_WITHIN_MS) return `Right within ${duration(RIGHT_WITHIN_MS)}${spread}.${unset}`;
  const side = medianMs < 0 ? 'behind' : 'ahead of';
  return `${duration(medianMs)} ${side} the console${spread}, by ${plural(samples, 'live reading')}.${unset}`;
}

function signed(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${duration(ms)}`;
}
