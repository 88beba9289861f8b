// Readings to records.
#include "vital-records.h"

#include <cmath>

namespace healthsense {
namespace {

HealthRecord recordAt(std::int64_t utcMs) {
  HealthRecord record;
  record.takenAtMs = utcMs == unknownTimeMs ? 0 : utcMs;
  if (record.takenAtMs == 0) record.quality = quality::clockUnset;
  return record;
}

void mark(HealthRecord& record, bool holds, std::uint16_t bit) {
  if (holds) record.quality = static_cast<std::uint16_t>(record.quality | bit);
}

}  // namespace

HealthRecord heartRecordOf(double ratePerMin, bool leadsOff, std::int64_t utcMs) {
  HealthRecord record = recordAt(utcMs);
  record.values.set(Vital::heartRate, leadsOff ? noValue : ratePerMin);
  mark(record, leadsOff, quality::sensorOff);
  return record;
}

HealthRecord oximeterRecordOf(const OximeterRecord& reading, std::int64_t utcMs) {
  HealthRecord record = recordAt(utcMs);
  record.values.set(Vital::pulseRate, reading.pulseRatePerMin);
  record.values.set(Vital::spo2, reading.spo2Percent);
  mark(record, reading.questionable, quality::questionable);
  mark(record, reading.lowPerfusion, quality::lowPerfusion);
  mark(record, reading.offUser, quality::sensorOff);
  return record;
}

HealthRecord cuffRecordOf(const CuffRecord& reading) {
  HealthRecord record = recordAt(reading.takenAtMs);
  const bool failed = std::isnan(reading.systolicMmHg);
  record.values.set(Vital::systolic, reading.systolicMmHg);
  record.values.set(Vital::diastolic, reading.diastolicMmHg);
  if (failed || !std::isnan(reading.meanMmHg)) record.values.set(Vital::meanPressure, reading.meanMmHg);
  if (failed || !std::isnan(reading.pulseRatePerMin)) record.values.set(Vital::pulseRate, reading.pulseRatePerMin);
  mark(record, reading.movement, quality::movement);
  mark(record, reading.cuffLoose, quality::cuffLoose);
  mark(record, reading.irregularPulse, quality::irregularPulse);
  return record;
}

bool join(HealthRecord& record, const HealthRecord& other) {
  if (record.takenAtMs != other.takenAtMs || record.quality != other.quality) return false;
  if ((record.values.present() & other.values.present()) != 0) return false;
  for (std::size_t bit = 0; bit < vitalCount; ++bit) {
    if (other.values.has(bit)) record.values.set(static_cast<Vital>(bit), other.values.at(bit));
  }
  return true;
}

}  // namespace healthsense
