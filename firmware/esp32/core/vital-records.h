// What the estimators and the cuff say, as records of the HealthSense service.
#pragma once

#include "frames.h"
#include "health-record.h"

namespace healthsense {

/** @param utcMs unknownTimeMs: the record says so. @param ratePerMin noValue: there is none. */
HealthRecord heartRecordOf(double ratePerMin, bool leadsOff, std::int64_t utcMs);
HealthRecord oximeterRecordOf(const OximeterRecord& reading, std::int64_t utcMs);
/** A mean pressure or pulse that a good measurement lacks is left out. */
HealthRecord cuffRecordOf(const CuffRecord& reading);

/** Values of one moment and one quality share a record. @returns false, and changes nothing, where they do not. */
bool join(HealthRecord& record, const HealthRecord& other);

}  // namespace healthsense
