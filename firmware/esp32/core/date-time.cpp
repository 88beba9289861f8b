// Days are counted in 400-year eras from 1 March 0000, so that the leap day is the last of its year.
#include "date-time.h"

#include <array>
#include <cstddef>

namespace healthsense {
namespace {

constexpr std::int64_t msPerDay = 86'400'000;
constexpr std::int64_t daysPerEra = 146'097;
/** From 0000-03-01 to 1970-01-01. */
constexpr std::int64_t daysToUnixEpoch = 719'468;

std::int64_t floorDivide(std::int64_t value, std::int64_t by) {
  return value >= 0 ? value / by : -((-value + by - 1) / by);
}

bool isLeap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int daysInMonth(int year, int month) {
  constexpr std::array<int, 12> days = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && isLeap(year) ? 29 : days[static_cast<std::size_t>(month - 1)];
}

}  // namespace

CalendarTime calendarFromUtcMs(std::int64_t utcMs) {
  const std::int64_t unixDay = floorDivide(utcMs, msPerDay);
  const auto msOfDay = static_cast<int>(utcMs - unixDay * msPerDay);
  const std::int64_t day = unixDay + daysToUnixEpoch;
  const std::int64_t era = floorDivide(day, daysPerEra);
  const std::int64_t dayOfEra = day - era * daysPerEra;
  const std::int64_t yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36'524 - dayOfEra / 146'096) / 365;
  const std::int64_t dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
  const std::int64_t marchMonth = (5 * dayOfYear + 2) / 153;

  CalendarTime time{};
  time.day = static_cast<int>(dayOfYear - (153 * marchMonth + 2) / 5 + 1);
  time.month = static_cast<int>(marchMonth < 10 ? marchMonth + 3 : marchMonth - 9);
  time.year = static_cast<int>(yearOfEra + era * 400 + (time.month <= 2 ? 1 : 0));
  time.hour = msOfDay / 3'600'000;
  time.minute = msOfDay / 60'000 % 60;
  time.second = msOfDay / 1000 % 60;
  time.millisecond = msOfDay % 1000;
  // 1970-01-01 was a Thursday.
  time.weekday = static_cast<int>(unixDay + 3 - floorDivide(unixDay + 3, 7) * 7) + 1;
  return time;
}

std::int64_t utcMsFromCalendar(const CalendarTime& time) {
  const std::int64_t year = time.month <= 2 ? time.year - 1 : time.year;
  const std::int64_t era = floorDivide(year, 400);
  const std::int64_t yearOfEra = year - era * 400;
  const std::int64_t marchMonth = time.month > 2 ? time.month - 3 : time.month + 9;
  const std::int64_t dayOfYear = (153 * marchMonth + 2) / 5 + time.day - 1;
  const std::int64_t dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
  const std::int64_t unixDay = era * daysPerEra + dayOfEra - daysToUnixEpoch;
  return unixDay * msPerDay + time.hour * 3'600'000LL + time.minute * 60'000LL + time.second * 1000LL + time.millisecond;
}

bool isRealTime(const CalendarTime& time) {
  return time.year >= 1582 && time.year <= 9999 && time.month >= 1 && time.month <= 12 && time.day >= 1 &&
         time.day <= daysInMonth(time.year, time.month) && time.hour >= 0 && time.hour <= 23 && time.minute >= 0 &&
         time.minute <= 59 && time.second >= 0 && time.second <= 59 && time.millisecond >= 0 && time.millisecond <= 999;
}

}  // namespace healthsense
