// One lead of an electrocardiogram with known R waves: P, QRS and T, breathing, mains hum, muscle noise, 12-bit counts.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "../core/ecg-detector.h"
#include "noise.h"

struct EcgOptions {
  double heartRatePerMin = 75;
  /** Deviation of each interval, share of it. */
  double arrhythmiaShare = 0.03;
  /** Share of beats that come early and wide, followed by a pause. */
  double ectopicShare = 0;
  /** Deviation, mV. */
  double muscleNoiseMv = 0.01;
  /** Amplitude of 50 Hz, mV. */
  double mainsMv = 0.02;
  double wanderMv = 0.2;
  double rWaveMv = 1;
  /** Of the R wave; a tall T wave is what detectors count twice. */
  double tWaveShare = 0.3;
  /** At a rate of 60/min. */
  double tWaveWidthS = 0.05;
  std::uint64_t seed = 1;
};

class SimulatedEcg {
 public:
  explicit SimulatedEcg(const EcgOptions& options) : options_(options), noise_(options.seed) { plan(); }

  /** Counts of a 12-bit converter, 3.3 V full scale, behind a gain of 1100. */
  int next() {
    const double second = static_cast<double>(sample_++) / healthsense::EcgDetector::sampleHz;
    while (beats_.back().atS < second + 3) plan();
    double mv = options_.wanderMv * std::sin(2 * pi * 0.25 * second) + options_.mainsMv * std::sin(2 * pi * 50 * second) +
                options_.muscleNoiseMv * noise_.gaussian();
    for (std::size_t back = 0; back < std::min<std::size_t>(beats_.size(), 12); ++back) {
      const Beat& beat = beats_[beats_.size() - 1 - back];
      if (beat.atS < second - 1.5) break;
      mv += shape(beat, second - beat.atS);
    }
    const double volts = 1.65 + mv / 1000 * 1100;
    return static_cast<int>(std::clamp(volts / 3.3 * 4095, 0.0, 4095.0));
  }

  /** Times of the R waves up to now, s. */
  std::vector<double> truth() const {
    std::vector<double> times;
    for (const Beat& beat : beats_) times.push_back(beat.atS);
    return times;
  }

 private:
  static constexpr double pi = 3.14159265358979323846;

  struct Beat {
    double atS;
    /** The T wave comes sooner when the heart is fast. */
    double intervalS;
    bool ectopic;
  };

  void plan() {
    const double meanS = 60 / options_.heartRatePerMin;
    if (beats_.empty()) {
      beats_.push_back({0.6 * meanS, meanS, false});
      return;
    }
    const Beat last = beats_.back();
    double intervalS = meanS * (1 + options_.arrhythmiaShare * std::clamp(noise_.gaussian(), -2.5, 2.5));
    const bool ectopic = !last.ectopic && noise_.uniform() < options_.ectopicShare;
    if (ectopic) intervalS *= 0.65;
    if (last.ectopic) intervalS *= 1.35;
    beats_.push_back({last.atS + intervalS, meanS, ectopic});
  }

  double shape(const Beat& beat, double sinceS) const {
    const auto wave = [sinceS](double atS, double widthS) {
      const double distance = (sinceS - atS) / widthS;
      return std::exp(-0.5 * distance * distance);
    };
    const double stretch = std::sqrt(beat.intervalS);
    const double wide = beat.ectopic ? 2.2 : 1;
    const double qrs = wave(0, 0.011 * wide) - 0.15 * wave(-0.026 * wide, 0.009 * wide) - 0.25 * wave(0.028 * wide, 0.01 * wide);
    const double p = beat.ectopic ? 0 : 0.12 * wave(-0.16 * stretch, 0.022);
    const double t = options_.tWaveShare * wave(0.29 * stretch, options_.tWaveWidthS * stretch);
    return options_.rWaveMv * (qrs + p + (beat.ectopic ? -t : t));
  }

  EcgOptions options_;
  Noise noise_;
  std::uint64_t sample_ = 0;
  std::vector<Beat> beats_;
};
