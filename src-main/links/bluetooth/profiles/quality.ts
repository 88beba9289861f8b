// Which status bit of which GATT profile means which quality bit of a measurement: tables only.
import { QUALITY } from '../../link.ts';
import { CUFF_STATUS } from './blood-pressure.ts';
import { CGM_CALIBRATION, CGM_STATUS } from './cgm.ts';
import { GLUCOSE_STATUS } from './glucose.ts';
import { RESPIRATION_STATUS } from './healthsense.ts';
import { PLX_SENSOR, PLX_STATUS } from './pulse-oximeter.ts';

/** Bit of the profile's status, and the QUALITY bits it means. */
export type QualityTable = readonly (readonly [bit: number, quality: number])[];

/** @param status null where the frame carries none. */
export function qualityOf(status: number | null, table: QualityTable): number {
  if (status === null) return 0;
  return table.reduce((quality, [bit, meaning]) => quality | ((status >>> bit) & 1 ? meaning : 0), 0);
}

export const CUFF_QUALITY: QualityTable = [
  [CUFF_STATUS.movement, QUALITY.movement],
  [CUFF_STATUS.cuffLoose, QUALITY.cuffLoose],
  [CUFF_STATUS.irregularPulse, QUALITY.irregularPulse],
  [CUFF_STATUS.badPosition, QUALITY.badPosition],
];

export const OXIMETER_QUALITY: QualityTable = [
  [PLX_STATUS.demonstration, QUALITY.demonstration],
  [PLX_STATUS.testing, QUALITY.demonstration],
  [PLX_STATUS.calibrating, QUALITY.questionable],
  [PLX_STATUS.unavailable, QUALITY.invalid],
  [PLX_STATUS.questionable, QUALITY.questionable],
  [PLX_STATUS.invalid, QUALITY.invalid],
];

export const SENSOR_QUALITY: QualityTable = [
  [PLX_SENSOR.equipmentMalfunction, QUALITY.sensorFault],
  [PLX_SENSOR.irregularProcessing, QUALITY.questionable],
  [PLX_SENSOR.inadequateSignal, QUALITY.questionable],
  [PLX_SENSOR.poorSignal, QUALITY.questionable],
  [PLX_SENSOR.lowPerfusion, QUALITY.lowPerfusion],
  [PLX_SENSOR.erraticSignal, QUALITY.questionable | QUALITY.movement],
  [PLX_SENSOR.nonPulsatile, QUALITY.questionable],
  [PLX_SENSOR.questionablePulse, QUALITY.questionable],
  [PLX_SENSOR.sensorInterference, QUALITY.questionable],
  [PLX_SENSOR.offUser, QUALITY.sensorOff],
  [PLX_SENSOR.unknownSensor, QUALITY.questionable],
  [PLX_SENSOR.displaced, QUALITY.badPosition | QUALITY.questionable],
  [PLX_SENSOR.malfunction, QUALITY.sensorFault],
  [PLX_SENSOR.disconnected, QUALITY.sensorOff],
];

export const GLUCOSE_QUALITY: QualityTable = [
  [GLUCOSE_STATUS.sensorMalfunction, QUALITY.sensorFault],
  [GLUCOSE_STATUS.sampleTooSmall, QUALITY.questionable],
  [GLUCOSE_STATUS.stripInsertion, QUALITY.questionable],
  [GLUCOSE_STATUS.wrongStrip, QUALITY.questionable],
  [GLUCOSE_STATUS.tooHot, QUALITY.questionable],
  [GLUCOSE_STATUS.tooCold, QUALITY.questionable],
  [GLUCOSE_STATUS.readInterrupted, QUALITY.questionable],
  [GLUCOSE_STATUS.generalFault, QUALITY.sensorFault],
  [GLUCOSE_STATUS.timeFault, QUALITY.clockUnset],
];

export const CGM_QUALITY: QualityTable = [
  [CGM_STATUS.stopped, QUALITY.questionable],
  [CGM_STATUS.wrongSensor, QUALITY.sensorFault],
  [CGM_STATUS.malfunction, QUALITY.sensorFault],
  [CGM_STATUS.fault, QUALITY.sensorFault],
];

export const CALIBRATION_QUALITY: QualityTable = [
  [CGM_CALIBRATION.timeSync, QUALITY.clockUnset],
  [CGM_CALIBRATION.required, QUALITY.calibrationRequired],
  [CGM_CALIBRATION.tooHot, QUALITY.questionable],
  [CGM_CALIBRATION.tooCold, QUALITY.questionable],
];

export const RESPIRATION_QUALITY: QualityTable = [
  [RESPIRATION_STATUS.sensorOff, QUALITY.sensorOff],
  [RESPIRATION_STATUS.movement, QUALITY.movement],
  [RESPIRATION_STATUS.questionable, QUALITY.questionable],
];
