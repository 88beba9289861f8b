// Rates from intervals.
#include "beat-rate.h"

#include <algorithm>
#include <cmath>

namespace healthsense {
namespace {

constexpr std::size_t fewestIntervals = 3;
/** Sinus rhythm in children and athletes varies by up to a quarter from beat to beat. */
constexpr double regularWithin = 0.25;
constexpr std::size_t mostForMedian = 16;

}  // namespace

double medianOf(const double* values, std::size_t size) {
  if (size == 0) return noValue;
  std::array<double, mostForMedian> sorted{};
  const std::size_t used = std::min(size, sorted.size());
  std::copy(values, values + used, sorted.begin());
  std::sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(used));
  return used % 2 == 1 ? sorted[used / 2] : (sorted[used / 2 - 1] + sorted[used / 2]) / 2;
}

double BeatRate::beat(double atS) {
  const double intervalS = atS - lastBeatS_;
  lastBeatS_ = atS;
  if (!(intervalS >= shortestIntervalS && intervalS <= longestIntervalS)) return noValue;
  intervalsS_[at_] = intervalS;
  at_ = (at_ + 1) % capacity;
  size_ = std::min(size_ + 1, capacity);
  return intervalS;
}

void BeatRate::reset() {
  size_ = 0;
  at_ = 0;
  lastBeatS_ = noValue;
}

double BeatRate::medianIntervalS() const { return medianOf(intervalsS_.data(), size_); }

bool BeatRate::isRegular(double intervalS, double medianS) const {
  return std::fabs(intervalS - medianS) <= regularWithin * medianS;
}

double BeatRate::perMin(double nowS) const {
  if (size_ < fewestIntervals || nowS - lastBeatS_ > 2 * longestIntervalS) return noValue;
  const double medianS = medianIntervalS();
  double sumS = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < size_; ++at) {
    if (!isRegular(intervalsS_[at], medianS)) continue;
    sumS += intervalsS_[at];
    count += 1;
  }
  return count == 0 ? 60 / medianS : 60 * static_cast<double>(count) / sumS;
}

double BeatRate::irregularShare() const {
  if (size_ == 0) return 0;
  const double medianS = medianIntervalS();
  std::size_t count = 0;
  for (std::size_t at = 0; at < size_; ++at) count += isRegular(intervalsS_[at], medianS) ? 0 : 1;
  return static_cast<double>(count) / static_cast<double>(size_);
}

}  // namespace healthsense
