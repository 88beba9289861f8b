// Finds the systolic upstroke of each beat in a photoplethysmogram by its slope sum (Zong et al., Computers in Cardiology 2003).
#pragma once

#include <array>
#include <cstddef>

#include "ieee11073.h"

namespace healthsense {

class PulseDetector {
 public:
  static constexpr double sampleHz = 100;

  /**
   * @param pulse band-limited pulse wave, rising in systole; any unit.
   * @param beatAtS given the time at which the slope sum was highest, the upstroke's upper end; s since reset, between samples.
   * @returns true when a beat was found; that is up to 0.2 s after it.
   */
  bool add(double pulse, double& beatAtS);
  void reset();
  double nowS() const { return static_cast<double>(samples_) / sampleHz; }

 private:
  static constexpr std::size_t mostSlopeSamples = 22;

  double slopeSum() const;
  double threshold() const;

  std::array<double, mostSlopeSamples> rises_{};
  std::size_t samples_ = 0;
  double lastPulse_ = 0;
  double slopeSum_ = 0;
  /** The last two sums before this one, for the vertex of the peak. */
  double sumBefore_ = 0;
  /** Typical sum at a beat. */
  double amplitude_ = 0;
  double learnt_ = 0;
  bool inBeat_ = false;
  double peak_ = 0;
  double peakBefore_ = 0;
  double peakAfter_ = 0;
  std::size_t peakSample_ = 0;
  double lastBeatS_ = noValue;
  double intervalS_ = 1;
};

}  // namespace healthsense
