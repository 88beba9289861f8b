// The conditions the estimators are tried under, and how far off they may be.
#pragma once

#include <array>

#include "trials.h"

struct PpgScenario {
  const char* name;
  PpgOptions options;
  double mostSpo2RootMeanSquare;
  double mostRateRootMeanSquare;
  double leastGoodPercent;
};

inline std::array<PpgScenario, 7> ppgScenarios() {
  PpgOptions rest;
  PpgOptions noisy = rest;
  noisy.noisePercent = 0.05;
  PpgOptions weak = rest;
  weak.perfusionPercent = 0.3;
  PpgOptions weakNoisy = weak;
  weakNoisy.noisePercent = 0.03;
  PpgOptions breathing = rest;
  breathing.wanderShare = 2;
  breathing.arrhythmiaShare = 0.1;
  PpgOptions moving = rest;
  moving.movementShare = 0.2;
  PpgOptions restless = rest;
  restless.movementShare = 0.5;
  restless.movementHeight = 1;
  return {{{"at rest", rest, 0.2, 1, 99},
           {"sensor noise 0.05 %", noisy, 0.4, 1, 97},
           {"weak pulse, 0.3 %", weak, 0.3, 1, 97},
           {"weak pulse, noise 0.03 %", weakNoisy, 1.2, 1, 75},
           {"deep breathing, rate ±10 %", breathing, 0.2, 2, 80},
           {"moving 20 % of the time", moving, 0.5, 2, 35},
           {"moving 50 % of the time", restless, 1, 3, 0}}};
}

constexpr std::array<double, 7> spo2Truths = {70, 75, 80, 85, 90, 95, 100};
constexpr std::array<double, 8> rateTruths = {40, 60, 80, 100, 120, 150, 180, 200};
constexpr int ppgSeconds = 60;

inline OximeterTrial runPpgScenario(const PpgScenario& scenario) {
  OximeterTrial trial;
  PpgOptions options = scenario.options;
  for (const double spo2 : spo2Truths) {
    for (const double rate : rateTruths) {
      options.spo2Percent = spo2;
      options.heartRatePerMin = rate;
      options.seed += 1;
      runOximeter(options, ppgSeconds, trial);
    }
  }
  return trial;
}

struct EcgScenario {
  const char* name;
  EcgOptions options;
  double leastSensitivityPercent;
  double leastPredictivityPercent;
  double mostIntervalRootMeanSquareMs;
};

inline std::array<EcgScenario, 6> ecgScenarios() {
  EcgOptions rest;
  EcgOptions muscle = rest;
  muscle.muscleNoiseMv = 0.1;
  EcgOptions mains = rest;
  mains.mainsMv = 0.2;
  mains.wanderMv = 0.8;
  mains.rWaveMv = 0.7;
  EcgOptions tallT = rest;
  tallT.tWaveShare = 0.8;
  EcgOptions small = rest;
  small.rWaveMv = 0.3;
  EcgOptions ectopic = rest;
  ectopic.ectopicShare = 0.1;
  return {{{"at rest", rest, 99.9, 99.9, 1},
           {"muscle noise 0.1 mV", muscle, 99.5, 99.5, 4},
           {"mains 0.2 mV, wander 0.8 mV, R 0.7 mV", mains, 99.5, 99.5, 4},
           {"T wave 0.8 of R", tallT, 99.5, 99.5, 2},
           {"R wave 0.3 mV", small, 99.5, 99.5, 4},
           {"one beat in ten early and wide", ectopic, 97, 97, 8}}};
}

constexpr int ecgSeconds = 120;

inline EcgTrial runEcgScenario(const EcgScenario& scenario) {
  EcgTrial trial;
  EcgOptions options = scenario.options;
  for (const double rate : rateTruths) {
    options.heartRatePerMin = rate;
    options.seed += 1;
    runEcg(options, ecgSeconds, trial);
  }
  return trial;
}
