// UTC milliseconds to calendar fields and back, without the C library's time zone.
#pragma once

#include <cstdint>

namespace healthsense {

struct CalendarTime {
  int year;
  /** 1 to 12. */
  int month;
  /** 1 to 31. */
  int day;
  int hour;
  int minute;
  int second;
  int millisecond;
  /** 1 = Monday to 7 = Sunday. */
  int weekday;
};

/** Proleptic Gregorian calendar. */
CalendarTime calendarFromUtcMs(std::int64_t utcMs);

/** The weekday is not looked at. Fields must be in range. */
std::int64_t utcMsFromCalendar(const CalendarTime& time);

/** True where every field is in its range and the day exists in that month. */
bool isRealTime(const CalendarTime& time);

}  // namespace healthsense
