// Prints the estimators' errors against known truth as Markdown; fails where one is beyond its limit.
#include <cstdio>

#include "scenarios.h"

namespace {

bool printOximeter() {
  bool within = true;
  std::printf("| photoplethysmogram | SpO2 bias | SpO2 RMS | SpO2 largest | rate bias | rate RMS | rate largest | sent as good |\n");
  std::printf("| --- | --: | --: | --: | --: | --: | --: | --: |\n");
  for (const PpgScenario& scenario : ppgScenarios()) {
    const OximeterTrial trial = runPpgScenario(scenario);
    std::printf("| %s | %+.2f | %.2f | %.2f | %+.2f | %.2f | %.2f | %.1f %% |\n", scenario.name, trial.spo2.bias(),
                trial.spo2.rootMeanSquare(), trial.spo2.largest, trial.rate.bias(), trial.rate.rootMeanSquare(), trial.rate.largest,
                trial.goodPercent());
    within = within && trial.spo2.rootMeanSquare() <= scenario.mostSpo2RootMeanSquare &&
             trial.rate.rootMeanSquare() <= scenario.mostRateRootMeanSquare && trial.goodPercent() >= scenario.leastGoodPercent;
  }
  return within;
}

void printBySaturation() {
  std::printf("\n| true SpO2 | SpO2 bias | SpO2 RMS | SpO2 largest | sent as good |\n| --: | --: | --: | --: | --: |\n");
  for (const double spo2 : spo2Truths) {
    OximeterTrial trial;
    for (const PpgScenario& scenario : ppgScenarios()) {
      PpgOptions options = scenario.options;
      for (const double rate : rateTruths) {
        options.spo2Percent = spo2;
        options.heartRatePerMin = rate;
        options.seed += 1;
        runOximeter(options, ppgSeconds, trial);
      }
    }
    std::printf("| %.0f %% | %+.2f | %.2f | %.2f | %.1f %% |\n", spo2, trial.spo2.bias(), trial.spo2.rootMeanSquare(),
                trial.spo2.largest, trial.goodPercent());
  }
}

bool printEcg() {
  bool within = true;
  std::printf("\n| electrocardiogram | beats | found | of those found, true | interval RMS, ms | rate RMS | rate largest |\n");
  std::printf("| --- | --: | --: | --: | --: | --: | --: |\n");
  for (const EcgScenario& scenario : ecgScenarios()) {
    const EcgTrial trial = runEcgScenario(scenario);
    std::printf("| %s | %ld | %.2f %% | %.2f %% | %.1f | %.2f | %.2f |\n", scenario.name, trial.beats, trial.sensitivityPercent(),
                trial.predictivityPercent(), trial.intervalMs.rootMeanSquare(), trial.rate.rootMeanSquare(), trial.rate.largest);
    within = within && trial.sensitivityPercent() >= scenario.leastSensitivityPercent &&
             trial.predictivityPercent() >= scenario.leastPredictivityPercent &&
             trial.intervalMs.rootMeanSquare() <= scenario.mostIntervalRootMeanSquareMs;
  }
  return within;
}

}  // namespace

int main() {
  const bool oximeterWithin = printOximeter();
  printBySaturation();
  const bool ecgWithin = printEcg();
  if (oximeterWithin && ecgWithin) return 0;
  std::printf("\nbeyond a limit in scenarios.h\n");
  return 1;
}
