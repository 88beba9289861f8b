// Runs the estimators over simulated signals and sums up how far they are from the truth.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "../core/beat-rate.h"
#include "simulated-ecg.h"
#include "simulated-ppg.h"

struct Errors {
  double sum = 0;
  double squares = 0;
  double largest = 0;
  long count = 0;

  void add(double error) {
    sum += error;
    squares += error * error;
    largest = std::max(largest, std::fabs(error));
    count += 1;
  }
  double bias() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
  double rootMeanSquare() const { return count == 0 ? 0 : std::sqrt(squares / static_cast<double>(count)); }
};

/** Of one reading a second. Errors are of the readings that were sent as good: a number, and not questionable. */
struct OximeterTrial {
  Errors spo2;
  Errors rate;
  long readings = 0;
  long good = 0;
  long questionable = 0;

  double goodPercent() const { return 100.0 * static_cast<double>(good) / static_cast<double>(readings); }
};

constexpr int settlingS = 10;

/** Over the last eight intervals before `nowS`, which is what a rate from beats can tell; beats are heard `lateS` after they began. */
inline double trueRatePerMin(const std::vector<double>& beatsS, double nowS, double lateS) {
  std::size_t last = 0;
  while (last + 1 < beatsS.size() && beatsS[last + 1] <= nowS - lateS) last += 1;
  const std::size_t first = last > healthsense::BeatRate::capacity ? last - healthsense::BeatRate::capacity : 0;
  return 60 * static_cast<double>(last - first) / (beatsS[last] - beatsS[first]);
}

inline void runOximeter(const PpgOptions& options, int seconds, OximeterTrial& trial) {
  SimulatedPpg body(options);
  healthsense::Oximeter oximeter;
  for (int second = 1; second <= seconds; ++second) {
    for (int sample = 0; sample < static_cast<int>(healthsense::Oximeter::sampleHz); ++sample) {
      const PpgSample light = body.next();
      oximeter.add(light.red, light.ir);
    }
    if (second <= settlingS) continue;
    const healthsense::OximeterRecord reading = oximeter.reading();
    trial.readings += 1;
    trial.questionable += reading.questionable ? 1 : 0;
    if (reading.questionable || std::isnan(reading.spo2Percent) || std::isnan(reading.pulseRatePerMin)) continue;
    trial.good += 1;
    trial.spo2.add(reading.spo2Percent - options.spo2Percent);
    trial.rate.add(reading.pulseRatePerMin - trueRatePerMin(body.truth(), second, 0.35));
  }
}

struct EcgTrial {
  long beats = 0;
  long found = 0;
  long extra = 0;
  Errors intervalMs;
  Errors rate;

  double sensitivityPercent() const { return 100.0 * static_cast<double>(found) / static_cast<double>(beats); }
  double predictivityPercent() const { return 100.0 * static_cast<double>(found) / static_cast<double>(found + extra); }
};

/** A beat counts as found when one detection lies within 75 ms of its R wave, the filters' delay taken off. */
inline void runEcg(const EcgOptions& options, int seconds, EcgTrial& trial) {
  constexpr double delayS = 0.03;
  constexpr double withinS = 0.075;
  SimulatedEcg body(options);
  healthsense::EcgDetector detector;
  healthsense::BeatRate rate;
  std::vector<double> detected;
  const int perSecond = static_cast<int>(healthsense::EcgDetector::sampleHz);
  for (int sample = 1; sample <= seconds * perSecond; ++sample) {
    double atS = 0;
    if (detector.add(body.next(), atS)) {
      detected.push_back(atS - delayS);
      rate.beat(atS);
    }
    if (sample % perSecond != 0 || sample / perSecond <= settlingS) continue;
    const double perMin = rate.perMin(detector.nowS());
    if (!std::isnan(perMin)) trial.rate.add(perMin - trueRatePerMin(body.truth(), detector.nowS(), 0.2));
  }
  const auto counts = [seconds](double atS) { return atS > 4 && atS < seconds - 3; };
  double lastTrue = NAN;
  double lastFound = NAN;
  std::size_t matched = 0;
  for (const double beat : body.truth()) {
    const auto hit = std::find_if(detected.begin(), detected.end(), [beat](double at) { return std::fabs(at - beat) <= withinS; });
    if (counts(beat)) {
      trial.beats += 1;
      if (hit != detected.end()) {
        trial.found += 1;
        if (!std::isnan(lastFound)) trial.intervalMs.add(1000 * ((*hit - lastFound) - (beat - lastTrue)));
      }
    }
    lastTrue = beat;
    lastFound = hit == detected.end() ? NAN : *hit;
    if (hit != detected.end() && counts(*hit)) matched += 1;
  }
  trial.extra += static_cast<long>(std::count_if(detected.begin(), detected.end(), counts)) - static_cast<long>(matched);
}
