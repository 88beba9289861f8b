// A photoplethysmogram with known truth: beats with a dicrotic wave, breathing, sensor noise, movement, 18-bit counts.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "../core/oximeter.h"
#include "noise.h"

struct PpgOptions {
  double spo2Percent = 97;
  double heartRatePerMin = 75;
  /** Peak to peak of the infra-red pulse over its mean level, %. */
  double perfusionPercent = 2;
  /** Deviation of each sample over the mean level, %. */
  double noisePercent = 0.005;
  /** How far beats come early or late with breathing, share of the interval. */
  double arrhythmiaShare = 0.03;
  /** Mean level's swing with breathing, share of the pulse's height. */
  double wanderShare = 0.5;
  /** Share of the time with movement: 3 to 6 s at a time. */
  double movementShare = 0;
  /** Movement's height over the pulse's. */
  double movementHeight = 3;
  std::uint64_t seed = 1;
};

struct PpgSample {
  std::uint32_t red;
  std::uint32_t ir;
  bool moving;
};

class SimulatedPpg {
 public:
  explicit SimulatedPpg(const PpgOptions& options) : options_(options), noise_(options.seed), ratio_(ratioOf(options.spo2Percent)) {}

  PpgSample next() {
    const double second = static_cast<double>(sample_++) / healthsense::Oximeter::sampleHz;
    const double breath = std::sin(2 * pi * 0.25 * second);
    phase_ += options_.heartRatePerMin / 60 / healthsense::Oximeter::sampleHz * (1 + options_.arrhythmiaShare * breath);
    if (phase_ >= 1) {
      phase_ -= 1;
      beatsS_.push_back(second - phase_ * 60 / options_.heartRatePerMin);
    }
    const double height = options_.perfusionPercent / 100 * (1 + 0.1 * breath);
    const double blood = height * pulse(phase_) + options_.perfusionPercent / 100 * options_.wanderShare * 0.5 * breath;
    const double movement = move(second) * options_.perfusionPercent / 100 * options_.movementHeight;
    // Arterial blood moves red by the ratio of ratios; a finger that slips moves both alike.
    const double ir = irLevel * (1 - blood - movement + options_.noisePercent / 100 * noise_.gaussian());
    const double red = redLevel * (1 - ratio_ * blood - movement + options_.noisePercent / 100 * noise_.gaussian());
    return {counts(red), counts(ir), isMoving_};
  }

  /** When each beat began, s. */
  const std::vector<double>& truth() const { return beatsS_; }

 private:
  static constexpr double pi = 3.14159265358979323846;
  static constexpr double irLevel = 120'000;
  static constexpr double redLevel = 90'000;

  /** The ratio of ratios at which the default calibration gives this saturation. */
  static double ratioOf(double spo2Percent) {
    const healthsense::Calibration curve;
    return (-curve.b - std::sqrt(curve.b * curve.b - 4 * curve.a * (curve.c - spo2Percent))) / (2 * curve.a);
  }

  static std::uint32_t counts(double level) {
    return static_cast<std::uint32_t>(std::clamp(std::floor(level + 0.5), 0.0, static_cast<double>(healthsense::Oximeter::fullScale)));
  }

  /** One beat, 0 to about 1: steep systolic wave, dicrotic wave a third as high. */
  static double pulse(double phase) {
    const auto wave = [phase](double at, double width) {
      double distance = phase - at;
      distance -= std::floor(distance + 0.5);
      return std::exp(-0.5 * distance * distance / (width * width));
    };
    return wave(0.22, phase < 0.22 ? 0.075 : 0.11) + 0.33 * wave(0.52, 0.1);
  }

  double move(double second) {
    if (options_.movementShare <= 0) return 0;
    if (second >= changesAtS_) {
      isMoving_ = second > 0 && !isMoving_;
      const double movingS = noise_.between(3, 6);
      changesAtS_ = second + (isMoving_ ? movingS : movingS * (1 - options_.movementShare) / options_.movementShare);
    }
    // Noise between about 0.3 and 3 Hz, as a hand moves.
    const double push = isMoving_ ? noise_.gaussian() : 0;
    fast_ += 0.17 * (push - fast_);
    slow_ += 0.02 * (fast_ - slow_);
    return 3 * (fast_ - slow_);
  }

  PpgOptions options_;
  Noise noise_;
  std::vector<double> beatsS_;
  double ratio_;
  std::uint64_t sample_ = 0;
  double phase_ = 0;
  bool isMoving_ = false;
  double changesAtS_ = 0;
  double fast_ = 0;
  double slow_ = 0;
};
