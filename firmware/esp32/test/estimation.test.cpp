// What the estimators say when there is nothing to estimate, and when things change.
#include "check.h"
#include "trials.h"

using healthsense::EcgDetector;
using healthsense::Oximeter;
using healthsense::OximeterRecord;

namespace {

void wear(Oximeter& oximeter, SimulatedPpg& body, int seconds) {
  for (int sample = 0; sample < seconds * 100; ++sample) {
    const PpgSample light = body.next();
    oximeter.add(light.red, light.ir);
  }
}

void hold(Oximeter& oximeter, std::uint32_t red, std::uint32_t ir, int samples) {
  for (int sample = 0; sample < samples; ++sample) oximeter.add(red, ir);
}

bool hasNoValue(const OximeterRecord& record) { return std::isnan(record.spo2Percent) && std::isnan(record.pulseRatePerMin); }

int beatsIn(EcgDetector& detector, SimulatedEcg& body, int seconds, double gain = 1) {
  int beats = 0;
  double atS = 0;
  for (int sample = 0; sample < seconds * 250; ++sample) beats += detector.add(gain * body.next(), atS) ? 1 : 0;
  return beats;
}

}  // namespace

RULE("the room's light is no patient: off the user, no values") {
  Oximeter oximeter;
  hold(oximeter, 900, 1200, 1000);
  CHECK(oximeter.reading().offUser);
  CHECK(hasNoValue(oximeter.reading()));
  CHECK(std::isnan(oximeter.reading().pulseAmplitudePercent));
}

RULE("a saturated sensor is no patient") {
  Oximeter oximeter;
  hold(oximeter, Oximeter::fullScale, Oximeter::fullScale, 1000);
  CHECK(oximeter.reading().offUser && hasNoValue(oximeter.reading()));
}

RULE("steady light without a pulse gives no values and is questionable") {
  Oximeter oximeter;
  hold(oximeter, 90'000, 120'000, 3000);
  CHECK(!oximeter.reading().offUser);
  CHECK(hasNoValue(oximeter.reading()));
  CHECK(oximeter.reading().questionable);
}

RULE("noise without a pulse is never sent as good") {
  Oximeter oximeter;
  Noise noise(7);
  int good = 0;
  for (int second = 0; second < 300; ++second) {
    for (int sample = 0; sample < 100; ++sample) {
      oximeter.add(static_cast<std::uint32_t>(90'000 + 200 * noise.gaussian()), static_cast<std::uint32_t>(120'000 + 200 * noise.gaussian()));
    }
    const OximeterRecord reading = oximeter.reading();
    good += !reading.questionable && !std::isnan(reading.spo2Percent) ? 1 : 0;
  }
  CHECK(good == 0);
}

RULE("a finger taken off ends the values within a second, and they come back with the finger") {
  PpgOptions options;
  options.spo2Percent = 93;
  SimulatedPpg body(options);
  Oximeter oximeter;
  wear(oximeter, body, 20);
  CHECK_NEAR(oximeter.reading().spo2Percent, 93, 1);
  hold(oximeter, 500, 700, 100);
  CHECK(oximeter.reading().offUser && hasNoValue(oximeter.reading()));
  wear(oximeter, body, 2);
  CHECK(!oximeter.reading().offUser && std::isnan(oximeter.reading().spo2Percent));
  wear(oximeter, body, 13);
  CHECK_NEAR(oximeter.reading().spo2Percent, 93, 1);
}

RULE("a pulse that stops does not stay on the screen") {
  PpgOptions options;
  SimulatedPpg body(options);
  Oximeter oximeter;
  wear(oximeter, body, 20);
  CHECK(!oximeter.reading().questionable);
  hold(oximeter, 90'000, 120'000, 600);
  CHECK(std::isnan(oximeter.reading().pulseRatePerMin) || oximeter.reading().questionable);
  hold(oximeter, 90'000, 120'000, 1000);
  CHECK(hasNoValue(oximeter.reading()));
}

RULE("a saturation that falls is followed within fifteen seconds") {
  PpgOptions options;
  SimulatedPpg well(options);
  options.spo2Percent = 80;
  SimulatedPpg ill(options);
  Oximeter oximeter;
  wear(oximeter, well, 20);
  wear(oximeter, ill, 15);
  CHECK_NEAR(oximeter.reading().spo2Percent, 80, 1);
}

RULE("low perfusion is marked below half a per cent and the index is true within a fifth") {
  for (const double perfusion : {0.3, 1.0, 4.0}) {
    PpgOptions options;
    options.perfusionPercent = perfusion;
    SimulatedPpg body(options);
    Oximeter oximeter;
    wear(oximeter, body, 20);
    CHECK(oximeter.reading().lowPerfusion == (perfusion < 0.5));
    CHECK_NEAR(oximeter.reading().pulseAmplitudePercent, perfusion, 0.2 * perfusion);
  }
}

RULE("each interval of the pulse is handed out once") {
  SimulatedPpg body(PpgOptions{});
  Oximeter oximeter;
  wear(oximeter, body, 20);
  CHECK_NEAR(oximeter.takeIntervalMs(), 800, 60);
  CHECK(std::isnan(oximeter.takeIntervalMs()));
}

RULE("a flat line and a line of noise have no beats that a rate could be made of") {
  EcgDetector detector;
  healthsense::BeatRate rate;
  double atS = 0;
  int beats = 0;
  for (int sample = 0; sample < 250 * 60; ++sample) beats += detector.add(2048, atS) ? 1 : 0;
  CHECK(beats == 0);
}

RULE("a lead put on the wrong way round finds the same beats") {
  EcgOptions options;
  SimulatedEcg upright(options);
  SimulatedEcg inverted(options);
  EcgDetector one;
  EcgDetector other;
  const int beats = beatsIn(one, upright, 60);
  CHECK_NEAR(beatsIn(other, inverted, 60, -1), beats, 1);
  CHECK_NEAR(beats, 60 * 75 / 60 - 3, 2);
}

RULE("a peaked T wave is not a second beat") {
  EcgOptions options;
  options.tWaveShare = 0.7;
  options.tWaveWidthS = 0.025;
  SimulatedEcg body(options);
  EcgDetector detector;
  CHECK_NEAR(beatsIn(detector, body, 60), 60 * 75 / 60 - 3, 2);
}

RULE("beats go on after the signal falls to a fifth") {
  EcgOptions options;
  options.wanderMv = 0;
  SimulatedEcg body(options);
  EcgDetector detector;
  beatsIn(detector, body, 20);
  beatsIn(detector, body, 10, 0.2);
  CHECK_NEAR(beatsIn(detector, body, 30, 0.2), 37, 2);
}

RULE("a rate needs three intervals, leaves out the odd one and ends when beats do") {
  healthsense::BeatRate rate;
  CHECK(std::isnan(rate.beat(0)));
  CHECK_NEAR(rate.beat(1), 1, 1e-9);
  rate.beat(2);
  CHECK(std::isnan(rate.perMin(2)));
  rate.beat(3);
  CHECK_NEAR(rate.perMin(3), 60, 1e-9);
  rate.beat(4.9);
  CHECK_NEAR(rate.perMin(5), 60, 1e-9);
  CHECK_NEAR(rate.irregularShare(), 0.25, 1e-9);
  CHECK(std::isnan(rate.beat(5.0)));
  CHECK(std::isnan(rate.perMin(20)));
}
