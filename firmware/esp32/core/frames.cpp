// GATT record encoders.
#include "frames.h"

#include <cmath>
#include <initializer_list>

#include "crc16.h"
#include "date-time.h"

namespace healthsense {
namespace {

constexpr std::uint32_t plxOngoing = 1U << 5U;
constexpr std::uint32_t plxQuestionable = 1U << 14U;
constexpr std::uint32_t plxLowPerfusion = 1U << 5U;
constexpr std::uint32_t plxOffUser = 1U << 11U;
constexpr std::uint32_t plxBothStatusWords = 0b11;
constexpr std::uint32_t cgmHasCrc = 1U << 12U;
constexpr std::uint32_t cgmHasTrend = 1U << 15U;
constexpr std::uint32_t cgmHasQuality = 1U << 16U;
constexpr std::uint32_t interstitialSubcutaneous = 0x59;
constexpr std::uint8_t cgmRecordOctets = 12;

/** Bit 0 first. */
std::uint32_t bits(std::initializer_list<bool> flags) {
  std::uint32_t sum = 0;
  std::uint32_t bit = 1;
  for (const bool flag : flags) {
    if (flag) sum |= bit;
    bit <<= 1U;
  }
  return sum;
}

double roundHalfUp(double value) { return std::floor(value + 0.5); }

void addDateTime(Frame& frame, std::int64_t utcMs) {
  const CalendarTime time = utcMs == unknownTimeMs ? CalendarTime{} : calendarFromUtcMs(utcMs);
  frame.u16(static_cast<std::uint32_t>(time.year));
  for (const int field : {time.month, time.day, time.hour, time.minute, time.second}) frame.u8(static_cast<std::uint32_t>(field));
}

void addChecksum(Frame& frame) { frame.u16(crc16(frame.data(), frame.size())); }

}  // namespace

void RrIntervals::push(double ms) {
  if (size_ == capacity) {
    for (std::size_t at = 1; at < capacity; ++at) ms_[at - 1] = ms_[at];
    size_ -= 1;
  }
  ms_[size_++] = ms;
}

Frame encodeHeartRate(const HeartRecord& record) {
  Frame frame;
  const auto rate = static_cast<std::uint32_t>(std::fmax(0, std::fmin(65535, roundHalfUp(record.heartRatePerMin))));
  const bool wide = rate > 255;
  frame.u8(bits({wide, record.contact, true, false, record.rrIntervalsMs.size() > 0}));
  if (wide) {
    frame.u16(rate);
  } else {
    frame.u8(rate);
  }
  for (std::size_t at = 0; at < record.rrIntervalsMs.size(); ++at) {
    const double units = roundHalfUp(record.rrIntervalsMs[at] * 1024 / 1000);
    frame.u16(static_cast<std::uint32_t>(std::fmax(0, std::fmin(65535, units))));
  }
  return frame;
}

Frame encodeOximeter(const OximeterRecord& record) {
  Frame frame;
  frame.u8(bits({false, false, true, true, true}));
  frame.u16(sfloat(record.spo2Percent, 1));
  frame.u16(sfloat(record.pulseRatePerMin, 1));
  frame.u16(plxOngoing | (record.questionable ? plxQuestionable : 0));
  frame.u24((record.lowPerfusion ? plxLowPerfusion : 0) | (record.offUser ? plxOffUser : 0));
  frame.u16(sfloat(record.pulseAmplitudePercent, 1));
  return frame;
}

Frame encodeOximeterFeatures() {
  Frame frame;
  frame.u16(plxBothStatusWords);
  frame.u16(plxOngoing | plxQuestionable);
  frame.u24(plxLowPerfusion | plxOffUser);
  return frame;
}

Frame encodeCuff(const CuffRecord& record) {
  Frame frame;
  frame.u8(bits({false, true, true, false, true}));
  frame.u16(sfloat(record.systolicMmHg));
  frame.u16(sfloat(record.diastolicMmHg));
  frame.u16(sfloat(record.meanMmHg));
  addDateTime(frame, record.takenAtMs);
  frame.u16(sfloat(record.pulseRatePerMin));
  frame.u16(bits({record.movement, record.cuffLoose, record.irregularPulse}));
  return frame;
}

Frame encodeCuffFeatures() {
  Frame frame;
  frame.u16(bits({true, true, true}));
  return frame;
}

Frame encodeCgm(const CgmRecord& record) {
  Frame frame;
  frame.u8(cgmRecordOctets);
  frame.u8(bits({true, true}));
  frame.u16(sfloat(record.glucoseMgDl, 1));
  frame.u16(record.timeOffsetMinutes);
  frame.u16(sfloat(record.trendMgDlPerMin, 2));
  frame.u16(sfloat(record.qualityPercent, 1));
  addChecksum(frame);
  return frame;
}

Frame encodeCgmFeatures() {
  Frame frame;
  frame.u24(cgmHasCrc | cgmHasTrend | cgmHasQuality);
  frame.u8(interstitialSubcutaneous);
  addChecksum(frame);
  return frame;
}

Frame encodeCgmStatus(std::uint16_t timeOffsetMinutes) {
  Frame frame;
  frame.u16(timeOffsetMinutes);
  frame.u24(0);
  addChecksum(frame);
  return frame;
}

Frame encodeCgmSessionStart(std::int64_t startMs) {
  Frame frame;
  addDateTime(frame, startMs);
  frame.u16(0);
  addChecksum(frame);
  return frame;
}

Frame encodeRespiration(const RespirationRecord& record) {
  Frame frame;
  frame.u8(bits({false, true}));
  frame.u16(sfloat(record.respiratoryRatePerMin, 1));
  frame.u8(bits({record.sensorOff, record.movement, record.questionable}));
  return frame;
}

Frame encodeTemperature(const TemperatureRecord& record) {
  Frame frame;
  frame.u8(bits({false, true}));
  frame.u32(float32(record.temperatureCel, 1));
  addDateTime(frame, record.takenAtMs);
  return frame;
}

Frame encodeBattery(double percent) {
  Frame frame;
  frame.u8(static_cast<std::uint32_t>(std::fmax(0, std::fmin(100, roundHalfUp(percent)))));
  return frame;
}

Frame encodeCurrentTime(std::int64_t utcMs) {
  Frame frame;
  addDateTime(frame, utcMs);
  const CalendarTime time = utcMs == unknownTimeMs ? CalendarTime{} : calendarFromUtcMs(utcMs);
  frame.u8(static_cast<std::uint32_t>(time.weekday));
  frame.u8(static_cast<std::uint32_t>(time.millisecond * 256 / 1000));
  frame.u8(0);
  return frame;
}

bool decodeCurrentTime(const std::uint8_t* bytes, std::size_t size, std::int64_t& utcMs) {
  constexpr std::size_t currentTimeOctets = 10;
  if (size != currentTimeOctets) return false;
  CalendarTime time{};
  time.year = bytes[0] | bytes[1] << 8;
  time.month = bytes[2];
  time.day = bytes[3];
  time.hour = bytes[4];
  time.minute = bytes[5];
  time.second = bytes[6];
  time.millisecond = bytes[8] * 1000 / 256;
  if (!isRealTime(time)) return false;
  utcMs = utcMsFromCalendar(time);
  return true;
}

}  // namespace healthsense
