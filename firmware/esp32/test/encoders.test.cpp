// Floats, checksum, calendar, frames beyond the golden ones, and the cuff's line.
#include <cstring>

#include "../core/crc16.h"
#include "../core/cuff-line.h"
#include "../core/date-time.h"
#include "../core/frames.h"
#include "check.h"

using namespace healthsense;

namespace {

bool isFrame(const Frame& frame, std::initializer_list<int> bytes) {
  if (frame.size() != bytes.size()) return false;
  std::size_t at = 0;
  for (const int byte : bytes) {
    if (frame.data()[at++] != byte) return false;
  }
  return true;
}

/** What the last measurement of the text was; noValue everywhere where there was none. */
int measurementsIn(const char* text, CuffRecord& record) {
  CuffLine line;
  int count = 0;
  for (; *text != '\0'; ++text) count += line.add(*text, record) ? 1 : 0;
  return count;
}

}  // namespace

RULE("short floats: two's-complement exponent, decimals given up for size, NaN for what is none") {
  CHECK(sfloat(98) == 0x0062);
  CHECK(sfloat(97.5, 1) == 0xf3cf);
  CHECK(sfloat(-1, 1) == 0xfff6);
  CHECK(sfloat(287.4, 1) == 0x011f);
  CHECK(sfloat(204.5, 1) == 0xf7fd);
  CHECK(sfloat(204.6, 1) == 0x00cd);
  CHECK(sfloat(2.0e10) == 0x77d0);
  CHECK(sfloat(3.0e10) == 0x07ff);
  CHECK(sfloat(noValue) == 0x07ff);
  CHECK(sfloat(INFINITY) == 0x07ff && sfloat(-INFINITY) == 0x07ff);
  CHECK(sfloat(0.0012, 99) == sfloat(0.0012, 8));
}

RULE("half rounds up, also below zero") {
  CHECK(sfloat(2.5) == 3 && sfloat(-2.5) == 0x0ffe);
  CHECK(sfloat(0.49999999999999994) == 0);
}

RULE("long floats: 24-bit mantissa, NaN for what does not fit") {
  CHECK(float32(37.0) == 0xff000172);
  CHECK(float32(-0.5) == 0xfffffffb);
  CHECK(float32(noValue) == 0x007fffff);
  CHECK(float32(900'000, 1) == 0x007fffff);
}

RULE("the checksum is CRC-16/MCRF4XX, in one part or several") {
  const auto* check = reinterpret_cast<const std::uint8_t*>("123456789");
  CHECK(crc16(check, 9) == 0x6f91);
  CHECK(crc16(check + 4, 5, crc16(check, 4)) == 0x6f91);
  CHECK(crc16(check, 0) == 0xffff);
}

RULE("every day from 1970 to 2400 goes to its calendar fields and back, and weekdays follow each other") {
  int weekday = 4;
  for (std::int64_t day = 0; day < 157'054; ++day) {
    const std::int64_t ms = day * 86'400'000 + day % 86'400 * 1000 + day % 1000;
    const CalendarTime time = calendarFromUtcMs(ms);
    if (!CHECK(isRealTime(time) && utcMsFromCalendar(time) == ms && time.weekday == weekday)) return;
    weekday = weekday % 7 + 1;
  }
  const CalendarTime leap = calendarFromUtcMs(1'709'164'800'000);
  CHECK(leap.year == 2024 && leap.month == 2 && leap.day == 29);
  CHECK(!isRealTime({2023, 2, 29, 0, 0, 0, 0, 0}) && !isRealTime({2026, 13, 1, 0, 0, 0, 0, 0}));
}

RULE("the current time is UTC with weekday and 256ths, and what is written is read again") {
  const std::int64_t ms = 1'773'480'420'500;
  const Frame frame = encodeCurrentTime(ms);
  CHECK(isFrame(frame, {0xea, 0x07, 3, 14, 9, 27, 0, 6, 128, 0}));
  std::int64_t read = 0;
  CHECK(decodeCurrentTime(frame.data(), frame.size(), read) && read == ms);
}

RULE("a current time that cannot be is refused and the clock stays") {
  std::int64_t ms = 42;
  std::uint8_t bytes[10] = {0xea, 0x07, 2, 30, 9, 27, 0, 6, 0, 0};
  CHECK(!decodeCurrentTime(bytes, sizeof bytes, ms));
  bytes[3] = 28;
  CHECK(!decodeCurrentTime(bytes, 9, ms));
  bytes[4] = 24;
  CHECK(!decodeCurrentTime(bytes, sizeof bytes, ms));
  std::memset(bytes, 0, sizeof bytes);
  CHECK(!decodeCurrentTime(bytes, sizeof bytes, ms));
  CHECK(ms == 42);
}

RULE("a clock that was never set is a time stamp of zeros") {
  CHECK(isFrame(encodeCurrentTime(unknownTimeMs), {0, 0, 0, 0, 0, 0, 0, 0, 0, 0}));
  CuffRecord record;
  record.systolicMmHg = 120;
  record.takenAtMs = unknownTimeMs;
  CHECK(isFrame(encodeCuff(record), {0x16, 0x78, 0, 0xff, 7, 0xff, 7, 0, 0, 0, 0, 0, 0, 0, 0xff, 7, 0, 0}));
}

RULE("a heart rate frame never outgrows the smallest link, however many intervals there are") {
  HeartRecord record;
  record.heartRatePerMin = 300;
  record.contact = true;
  for (int beat = 0; beat < 20; ++beat) record.rrIntervalsMs.push(beat);
  const Frame frame = encodeHeartRate(record);
  CHECK(frame.size() == 19);
  CHECK(frame.data()[3] == 12 && frame.data()[17] == 19);
  record.rrIntervalsMs.push(1e9);
  const Frame clamped = encodeHeartRate(record);
  CHECK(clamped.data()[17] == 0xff && clamped.data()[18] == 0xff);
}

RULE("a full frame takes no more") {
  Frame frame;
  for (std::size_t count = 0; count < Frame::capacity - 1; ++count) CHECK(frame.u8(1));
  CHECK(!frame.u16(0xffff));
  CHECK(frame.size() == Frame::capacity - 1 && frame.u8(2) && !frame.u8(3));
}

RULE("the battery is a percentage") {
  CHECK(isFrame(encodeBattery(-3), {0}) && isFrame(encodeBattery(49.5), {50}) && isFrame(encodeBattery(120), {100}));
}

RULE("the cuff's line is three numbers that can be a blood pressure; the mean is not made up") {
  CuffRecord record;
  CHECK(measurementsIn("129, 087, 095\n\r", record) == 1);
  CHECK(record.systolicMmHg == 129 && record.diastolicMmHg == 87 && record.pulseRatePerMin == 95 && std::isnan(record.meanMmHg));
  CHECK(measurementsIn("\r\nboot v2\r\n118,76,64\r\n", record) == 1 && record.systolicMmHg == 118);
  for (const char* wrong : {"129,087\n", "129,087,095,1\n", "087,129,095\n", "129 087 095\n", "1290,087,095\n", ",,\n", "999,087,095\n", "129,87,0\n",
                            "-129,87,70\n", "129,087,095", "129, 087, 095 and so much more than any line can hold\n"}) {
    CHECK(measurementsIn(wrong, record) == 0);
  }
}

RULE("a cuff that reports an error is a measurement that failed") {
  CuffRecord record;
  record.systolicMmHg = 120;
  CHECK(measurementsIn("ERR 2\r\n", record) == 1);
  CHECK(std::isnan(record.systolicMmHg) && std::isnan(record.diastolicMmHg) && std::isnan(record.pulseRatePerMin));
}
