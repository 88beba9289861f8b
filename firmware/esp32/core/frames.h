// From readings to the bytes of each GATT characteristic (../../protocol/PROTOCOL.md). Field and function names are those of golden.json.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "frame.h"
#include "ieee11073.h"

namespace healthsense {

/** Since the last heart rate frame, oldest first; ms. */
class RrIntervals {
 public:
  /** With a two-octet rate these fill the frame. */
  static constexpr std::size_t capacity = 8;

  /** The oldest makes room where there is none. */
  void push(double ms);
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  double operator[](std::size_t at) const { return ms_[at]; }

 private:
  std::array<double, capacity> ms_{};
  std::size_t size_ = 0;
};

struct HeartRecord {
  double heartRatePerMin = 0;
  bool contact = false;
  RrIntervals rrIntervalsMs;
};

struct OximeterRecord {
  double spo2Percent = noValue;
  double pulseRatePerMin = noValue;
  /** Peak to peak of the infra-red pulse over its mean level. */
  double pulseAmplitudePercent = noValue;
  bool questionable = false;
  bool lowPerfusion = false;
  bool offUser = false;
};

/** All four values noValue: the measurement failed. */
struct CuffRecord {
  double systolicMmHg = noValue;
  double diastolicMmHg = noValue;
  double meanMmHg = noValue;
  double pulseRatePerMin = noValue;
  bool movement = false;
  bool cuffLoose = false;
  bool irregularPulse = false;
  /** UTC, or unknownTimeMs. */
  std::int64_t takenAtMs = 0;
};

struct CgmRecord {
  double glucoseMgDl = noValue;
  /** Whole minutes since the session started. */
  std::uint16_t timeOffsetMinutes = 0;
  double trendMgDlPerMin = noValue;
  double qualityPercent = noValue;
};

struct RespirationRecord {
  double respiratoryRatePerMin = noValue;
  bool sensorOff = false;
  bool movement = false;
  bool questionable = false;
};

struct TemperatureRecord {
  double temperatureCel = noValue;
  std::int64_t takenAtMs = 0;
};

/** The clock was never set: sent as a Date Time of zeros, which the specification defines as unknown. */
constexpr std::int64_t unknownTimeMs = -1;

/** 2A37. */
Frame encodeHeartRate(const HeartRecord& record);
/** 2A5F: normal pair, both status words, pulse amplitude index. */
Frame encodeOximeter(const OximeterRecord& record);
/** 2A60: both status words supported. */
Frame encodeOximeterFeatures();
/** 2A35: mmHg, time stamp, pulse, status. */
Frame encodeCuff(const CuffRecord& record);
/** 2A49: movement, cuff fit and irregular pulse are detected. */
Frame encodeCuffFeatures();
/** 2AA7: one record with trend, quality and E2E-CRC. */
Frame encodeCgm(const CgmRecord& record);
/** 2AA8. */
Frame encodeCgmFeatures();
/** 2AA9: nothing to report. */
Frame encodeCgmStatus(std::uint16_t timeOffsetMinutes);
/** 2AAA in UTC: zone 0, no daylight saving. */
Frame encodeCgmSessionStart(std::int64_t startMs);
/** HealthSense respiratory rate with its status octet. */
Frame encodeRespiration(const RespirationRecord& record);
/** 2A1C: degrees Celsius with time stamp. */
Frame encodeTemperature(const TemperatureRecord& record);
/** 2A19; outside 0 to 100 is clamped. */
Frame encodeBattery(double percent);
/** 2A2B in UTC. */
Frame encodeCurrentTime(std::int64_t utcMs);

/**
 * 2A2B as a central writes it: UTC, ten octets.
 * @returns false, and leaves `utcMs` alone, where the length is wrong or the moment does not exist.
 */
bool decodeCurrentTime(const std::uint8_t* bytes, std::size_t size, std::int64_t& utcMs);

}  // namespace healthsense
