// A rate from beats: the mean of the last intervals, without those that a missed or an extra beat made.
#pragma once

#include <array>
#include <cstddef>

#include "ieee11073.h"

namespace healthsense {

class BeatRate {
 public:
  static constexpr std::size_t capacity = 8;
  static constexpr double shortestIntervalS = 0.25;
  static constexpr double longestIntervalS = 2.0;

  /** Seconds on any clock that only rises. @returns the interval since the beat before it, s; noValue where that is no interval between beats. */
  double beat(double atS);
  void reset();

  /** noValue with fewer than three intervals, or when the last beat is longer ago than two of the longest intervals. */
  double perMin(double nowS) const;
  /** Of the last intervals; noValue where there are none. */
  double medianIntervalS() const;
  /** Share of the last intervals that are far from the median, 0 to 1. */
  double irregularShare() const;

 private:
  bool isRegular(double intervalS, double medianS) const;

  std::array<double, capacity> intervalsS_{};
  std::size_t size_ = 0;
  std::size_t at_ = 0;
  double lastBeatS_ = noValue;
};

/** Of the first `size` values; noValue where there are none. */
double medianOf(const double* values, std::size_t size);

}  // namespace healthsense
