// Oxygen saturation and pulse rate from raw red and infra-red light of a reflective or transmissive pulse oximeter sensor.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "beat-rate.h"
#include "biquad.h"
#include "frames.h"
#include "pulse-detector.h"

namespace healthsense {

/** SpO2 % = a R^2 + b R + c, R the ratio of ratios. A sensor's own, found against a reference oximeter; see the README. */
struct Calibration {
  double a = 1.5958422;
  double b = -34.6596622;
  double c = 112.6898759;

  double spo2Percent(double ratio) const { return (a * ratio + b) * ratio + c; }
};

class Oximeter {
 public:
  static constexpr double sampleHz = PulseDetector::sampleHz;
  static constexpr std::uint32_t fullScale = (1U << 18U) - 1;

  explicit Oximeter(const Calibration& calibration = {}) : calibration_(calibration) {}

  /** @param red, ir raw counts, 0 to fullScale, at sampleHz; more light is more. */
  void add(std::uint32_t red, std::uint32_t ir);

  /** At this moment. Never a number of which the estimator knows that it is none. */
  OximeterRecord reading() const;

  /** The last beat's interval, ms, once; noValue when there is no new one. */
  double takeIntervalMs();

 private:
  static constexpr std::size_t keptBeats = 8;
  static constexpr std::size_t longestBeatSamples = 200;
  /** Three of the slowest beats: each is compared with the two before it. */
  static constexpr std::size_t keptSamples = 640;

  struct Beat {
    double atS = 0;
    double ratio = 0;
    /** Peak to peak over mean level, %. */
    double perfusionPercent = 0;
    /** Correlation of its shape with the beat before, and with the one before that; noValue where there is none. */
    double likeness = noValue;
    double likenessOverTwo = noValue;
    bool good = false;
  };

  struct Sums {
    double redRed = 0;
    double irIr = 0;
    double redIr = 0;
    double highest = 0;
    double lowest = 0;
  };

  void restart(std::uint32_t red, std::uint32_t ir);
  void take(double red, double ir);
  void finishBeat(double beatAtS);
  void startBeat(std::size_t sample);
  Beat measure() const;
  Sums sumsOver(std::size_t from, std::size_t to) const;
  double likeness(std::size_t from, std::size_t to, std::size_t likeFrom, std::size_t likeTo) const;
  bool isUsual(const Beat& beat) const;
  double usualPerfusion() const;
  bool isQuestionable(double nowS) const;

  Calibration calibration_;
  BandPass redBand_{sampleHz, 0.4, 6};
  BandPass irBand_{sampleHz, 0.4, 6};
  PulseDetector detector_;
  BeatRate rate_;
  bool onUser_ = false;
  std::size_t offSamples_ = 0;
  double redStart_ = 0;
  double irStart_ = 0;
  /** Mean levels, counts. */
  double redLevel_ = 0;
  double irLevel_ = 0;
  /** Band-limited, rising in systole; counts. */
  std::array<float, keptSamples> red_{};
  std::array<float, keptSamples> ir_{};
  std::size_t samples_ = 0;
  /** Where the last four beats began, newest first; only the first `startCount_` are. */
  std::array<std::size_t, 4> starts_{};
  std::size_t startCount_ = 0;
  std::array<Beat, keptBeats> beats_{};
  std::size_t beatCount_ = 0;
  double intervalMs_ = noValue;
};

}  // namespace healthsense
