// Finds R waves in one lead of an electrocardiogram (Pan and Tompkins, IEEE Transactions on Biomedical Engineering 32, 1985).
#pragma once

#include <array>
#include <cstddef>

#include "biquad.h"
#include "ieee11073.h"

namespace healthsense {

class EcgDetector {
 public:
  static constexpr double sampleHz = 250;

  /**
   * @param sample any unit, at sampleHz.
   * @param beatAtS given the time of the R wave, s since reset (with the filters' constant delay of about 0.03 s).
   * @returns true when a beat was found; that is up to 0.4 s after it, or later where a weak beat was looked for again.
   */
  bool add(double sample, double& beatAtS);
  /** After lead-off: what was learnt belongs to other skin. */
  void reset() { *this = EcgDetector{}; }
  double nowS() const { return static_cast<double>(samples_) / sampleHz; }

 private:
  static constexpr std::size_t windowSamples = 38;  // 150 ms
  static constexpr std::size_t keptSamples = 64;

  struct Peak {
    double height = 0;
    double slope = 0;
    double atS = noValue;
    /** Of the highest and the lowest excursion: 1 all up, -1 all down. */
    double balance = 0;
  };

  double energy(double filtered);
  Peak describe() const;
  double vertexS(std::size_t back) const;
  bool judge(const Peak& peak, double& beatAtS);
  bool searchBack(double& beatAtS);
  void accept(const Peak& peak, double share, double& beatAtS);
  void learn();
  double threshold() const { return noiseLevel_ + 0.25 * (signalLevel_ - noiseLevel_); }

  BandPass band_{sampleHz, 5, 15};
  std::array<double, keptSamples> filtered_{};
  std::array<double, keptSamples> slopes_{};
  std::array<double, windowSamples> squares_{};
  std::size_t samples_ = 0;
  double firstSample_ = 0;
  /** The peak of energy being climbed. */
  double climbed_ = 0;
  Peak climbing_;
  bool falling_ = false;
  double signalLevel_ = 0;
  double noiseLevel_ = 0;
  double learntHighest_ = 0;
  double learntSum_ = 0;
  double lastBeatS_ = noValue;
  double lastSlope_ = 0;
  /** Which way the R wave points in this lead; changes only when the beats clearly say so, or intervals would jump. */
  bool pointsUp_ = true;
  double balance_ = 0;
  double meanIntervalS_ = noValue;
  /** The highest peak since the last beat that did not pass. */
  Peak missed_;
};

}  // namespace healthsense
