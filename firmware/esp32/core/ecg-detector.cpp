// Band pass, slope, square, mean over 150 ms; then two thresholds that follow the signal and the noise.
#include "ecg-detector.h"

#include <algorithm>
#include <cmath>

namespace healthsense {
namespace {

constexpr double settlingS = 0.5;
constexpr double learningS = 2.5;
constexpr double refractoryS = 0.2;
/** A peak this soon after a beat and with less than half its slope is the T wave. */
constexpr double tWaveWithinS = 0.36;
constexpr double tWaveSlopeShare = 0.5;
constexpr double overdueIntervals = 1.66;
constexpr double follows = 0.125;
constexpr double followsMissed = 0.25;
/** The energy has passed a peak when it fell to this share of it. */
constexpr double fallsTo = 0.6;
constexpr double clearBalance = 0.15;
/** After this long without a beat all levels are learnt anew by decay: the electrode's gain changed. */
constexpr double silenceS = 3;
constexpr double silenceDecay = 0.99;

}  // namespace

double EcgDetector::energy(double filtered) {
  const auto back = [this](std::size_t samples) { return samples_ < samples ? 0 : filtered_[(samples_ - samples) % keptSamples]; };
  filtered_[samples_ % keptSamples] = filtered;
  const double slope = (2 * filtered + back(1) - back(3) - 2 * back(4)) / 8;
  slopes_[samples_ % keptSamples] = std::fabs(slope);
  squares_[samples_ % windowSamples] = slope * slope;
  samples_ += 1;
  double sum = 0;
  for (const double square : squares_) sum += square;
  return sum / static_cast<double>(windowSamples);
}

/** The R wave is the furthest excursion, the way it points in this lead, within the window that made the energy. */
EcgDetector::Peak EcgDetector::describe() const {
  Peak peak;
  double highest = 0;
  double lowest = 0;
  std::size_t highestBack = 1;
  std::size_t lowestBack = 1;
  const std::size_t reach = std::min<std::size_t>(windowSamples + 8, samples_);
  for (std::size_t back = 1; back <= reach; ++back) {
    const std::size_t at = (samples_ - back) % keptSamples;
    peak.slope = std::max(peak.slope, slopes_[at]);
    if (filtered_[at] > highest) {
      highest = filtered_[at];
      highestBack = back;
    }
    if (filtered_[at] < lowest) {
      lowest = filtered_[at];
      lowestBack = back;
    }
  }
  if (highest - lowest > 0) peak.balance = (highest + lowest) / (highest - lowest);
  peak.atS = vertexS(pointsUp_ ? highestBack : lowestBack);
  return peak;
}

/** Between samples: the vertex of the parabola through the excursion and its neighbours. */
double EcgDetector::vertexS(std::size_t back) const {
  const auto sample = static_cast<double>(samples_ - back);
  if (back < 2 || back + 1 > samples_) return sample / sampleHz;
  const double before = filtered_[(samples_ - back - 1) % keptSamples];
  const double at = filtered_[(samples_ - back) % keptSamples];
  const double after = filtered_[(samples_ - back + 1) % keptSamples];
  const double bend = before - 2 * at + after;
  const double vertex = bend == 0 ? 0 : std::clamp(0.5 * (before - after) / bend, -0.5, 0.5);
  return (sample + vertex) / sampleHz;
}

bool EcgDetector::add(double sample, double& beatAtS) {
  if (samples_ == 0) firstSample_ = sample;
  const double height = energy(band_.step(sample - firstSample_));
  const double now = nowS();
  if (now < settlingS) return false;
  if (now < learningS) {
    learntHighest_ = std::max(learntHighest_, height);
    learntSum_ += height;
    learn();
    return false;
  }
  if (!std::isnan(lastBeatS_) && now - lastBeatS_ > silenceS) {
    signalLevel_ *= silenceDecay;
    noiseLevel_ *= silenceDecay;
  }
  if (height > climbed_) {
    climbed_ = height;
    falling_ = false;
    climbing_ = describe();
    climbing_.height = height;
    return false;
  }
  if (!falling_ && height <= fallsTo * climbed_) {
    falling_ = true;
    climbed_ = height;
    return judge(climbing_, beatAtS);
  }
  if (falling_) climbed_ = std::min(climbed_, height);
  return searchBack(beatAtS);
}

void EcgDetector::learn() {
  signalLevel_ = 0.5 * learntHighest_;
  noiseLevel_ = 0.5 * learntSum_ / std::max(1.0, (nowS() - settlingS) * sampleHz);
}

bool EcgDetector::judge(const Peak& peak, double& beatAtS) {
  const double sinceBeat = peak.atS - lastBeatS_;
  if (sinceBeat < refractoryS) return false;
  const bool isTWave = sinceBeat < tWaveWithinS && peak.slope < tWaveSlopeShare * lastSlope_;
  if (peak.height > threshold() && !isTWave) {
    accept(peak, follows, beatAtS);
    return true;
  }
  noiseLevel_ += follows * (peak.height - noiseLevel_);
  if (!isTWave && peak.height > missed_.height) missed_ = peak;
  return searchBack(beatAtS);
}

/** A beat is overdue: the best peak since the last one is taken at half the threshold. */
bool EcgDetector::searchBack(double& beatAtS) {
  if (std::isnan(meanIntervalS_) || std::isnan(missed_.atS)) return false;
  if (nowS() - lastBeatS_ < overdueIntervals * meanIntervalS_ || missed_.height < 0.5 * threshold()) return false;
  const Peak found = missed_;
  accept(found, followsMissed, beatAtS);
  return true;
}

void EcgDetector::accept(const Peak& peak, double share, double& beatAtS) {
  signalLevel_ += share * (peak.height - signalLevel_);
  const double intervalS = peak.atS - lastBeatS_;
  // Two intervals, at most, are one: a pause must not teach the detector to wait.
  if (intervalS < 2.5) meanIntervalS_ = std::isnan(meanIntervalS_) ? intervalS : meanIntervalS_ + follows * (intervalS - meanIntervalS_);
  lastBeatS_ = peak.atS;
  lastSlope_ = peak.slope;
  balance_ += share * (peak.balance - balance_);
  if (std::fabs(balance_) > clearBalance) pointsUp_ = balance_ > 0;
  missed_ = Peak{};
  beatAtS = peak.atS;
}

}  // namespace healthsense
