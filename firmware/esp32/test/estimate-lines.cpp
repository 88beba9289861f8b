// Prints simulated signals and what the estimators make of them: another implementation can be tried on the same samples.
//   light RED IR | reading SPO2 PULSE AMPLITUDE QUESTIONABLE LOW OFF | ecg COUNTS | beat SECONDS | next (all begin anew)
#include <cstdio>

#include "../core/ecg-detector.h"
#include "scenarios.h"

int main() {
  for (const PpgScenario& scenario : ppgScenarios()) {
    PpgOptions options = scenario.options;
    options.spo2Percent = 91;
    SimulatedPpg signal(options);
    healthsense::Oximeter oximeter;
    for (int sample = 0; sample < ppgSeconds * 100; ++sample) {
      const PpgSample light = signal.next();
      // A while off the finger, and a glitch.
      const bool isDark = (sample >= 3000 && sample < 3100) || sample == 1500;
      const std::uint32_t red = isDark ? 100 : light.red;
      oximeter.add(red, light.ir);
      std::printf("light %u %u\n", red, light.ir);
      if (sample % 100 != 99) continue;
      const healthsense::OximeterRecord reading = oximeter.reading();
      std::printf("reading %.9f %.9f %.9f %d %d %d\n", reading.spo2Percent, reading.pulseRatePerMin, reading.pulseAmplitudePercent,
                  reading.questionable, reading.lowPerfusion, reading.offUser);
    }
    std::printf("next\n");
  }
  for (const EcgScenario& scenario : ecgScenarios()) {
    SimulatedEcg signal(scenario.options);
    healthsense::EcgDetector detector;
    for (int sample = 0; sample < 60 * 250; ++sample) {
      const int counts = signal.next();
      double beatAtS = 0;
      std::printf("ecg %d\n", counts);
      if (detector.add(counts, beatAtS)) std::printf("beat %.9f\n", beatAtS);
    }
    std::printf("next\n");
  }
  return 0;
}
