// The slope sum rises with the steep systolic wave and hardly with the dicrotic one, so one adaptive threshold tells them apart.
#include "pulse-detector.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace healthsense {
namespace {

constexpr double learningS = 2.5;
constexpr double refractoryS = 0.24;
/** Of the interval: no beat comes earlier, and until `earlyShare` only a high one does. That is where the dicrotic wave is. */
constexpr double refractoryShare = 0.45;
constexpr double earlyShare = 0.7;
constexpr double thresholdShare = 0.5;
constexpr double earlyThresholdShare = 0.75;
/** A beat is over when the sum has fallen to this share of its peak. */
constexpr double fallsTo = 0.7;
constexpr double upstrokeShare = 0.15;
constexpr double leastSlopeSamples = 8;
constexpr double follows = 0.15;
/** Per sample, once a beat is overdue: what movement drove up comes down in about a second. */
constexpr double decay = 0.985;
constexpr double overdueIntervals = 1.6;

}  // namespace

void PulseDetector::reset() { *this = PulseDetector{}; }

double PulseDetector::threshold() const {
  const double sinceBeatS = nowS() - lastBeatS_;
  if (sinceBeatS < std::max(refractoryS, refractoryShare * intervalS_)) return std::numeric_limits<double>::infinity();
  return (sinceBeatS < earlyShare * intervalS_ ? earlyThresholdShare : thresholdShare) * amplitude_;
}

/**
 * Over the time an upstroke takes at this rate; of squares, which tell the steep wave from the long one. Summed anew each time: a running
 * sum would gather rounding errors over a day.
 */
double PulseDetector::slopeSum() const {
  const double upstroke = upstrokeShare * intervalS_ * sampleHz;
  const auto window = static_cast<std::size_t>(std::clamp(upstroke, leastSlopeSamples, static_cast<double>(mostSlopeSamples)));
  double sum = 0;
  for (std::size_t back = 1; back <= std::min(window, samples_); ++back) {
    const double rise = rises_[(samples_ - back) % mostSlopeSamples];
    sum += rise * rise;
  }
  return std::sqrt(sum);
}

bool PulseDetector::add(double pulse, double& beatAtS) {
  const double rise = samples_ == 0 ? 0 : std::max(0.0, pulse - lastPulse_);
  lastPulse_ = pulse;
  sumBefore_ = slopeSum_;
  rises_[samples_ % mostSlopeSamples] = rise;
  samples_ += 1;
  slopeSum_ = slopeSum();
  const double now = nowS();

  if (now < learningS) {
    // The first second is the filters finding their level.
    if (now > 1) learnt_ = std::max(learnt_, slopeSum_);
    amplitude_ = learnt_;
    return false;
  }
  if (!std::isnan(lastBeatS_) && now - lastBeatS_ > overdueIntervals * intervalS_) amplitude_ *= decay;

  if (!inBeat_) {
    if (slopeSum_ <= threshold()) return false;
    inBeat_ = true;
    peak_ = 0;
  }
  if (slopeSum_ > peak_) {
    peak_ = slopeSum_;
    peakBefore_ = sumBefore_;
    peakSample_ = samples_;
  } else if (samples_ == peakSample_ + 1) {
    peakAfter_ = slopeSum_;
  }
  if (slopeSum_ > fallsTo * peak_) return false;

  inBeat_ = false;
  const double bend = peakBefore_ - 2 * peak_ + peakAfter_;
  const double vertex = bend < 0 ? std::clamp(0.5 * (peakBefore_ - peakAfter_) / bend, -0.5, 0.5) : 0;
  beatAtS = (static_cast<double>(peakSample_) + vertex) / sampleHz;
  amplitude_ += follows * (std::min(peak_, 2 * amplitude_) - amplitude_);
  if (!std::isnan(lastBeatS_)) intervalS_ += 0.25 * (std::clamp(beatAtS - lastBeatS_, 0.3, 1.6) - intervalS_);
  lastBeatS_ = beatAtS;
  return true;
}

}  // namespace healthsense
