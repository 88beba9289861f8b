// Coefficients by the bilinear transform of the second-order Butterworth prototype.
#include "biquad.h"

#include <cmath>

namespace healthsense {
namespace {

constexpr double pi = 3.14159265358979323846;
const double butterworthQ = 1 / std::sqrt(2.0);

}  // namespace

Biquad Biquad::lowPass(double sampleHz, double cornerHz) {
  const double warped = std::tan(pi * cornerHz / sampleHz);
  const double scale = 1 / (1 + warped / butterworthQ + warped * warped);
  Biquad section;
  section.b0_ = warped * warped * scale;
  section.b1_ = 2 * section.b0_;
  section.b2_ = section.b0_;
  section.a1_ = 2 * (warped * warped - 1) * scale;
  section.a2_ = (1 - warped / butterworthQ + warped * warped) * scale;
  return section;
}

Biquad Biquad::highPass(double sampleHz, double cornerHz) {
  Biquad section = lowPass(sampleHz, cornerHz);
  const double warped = std::tan(pi * cornerHz / sampleHz);
  section.b0_ = 1 / (1 + warped / butterworthQ + warped * warped);
  section.b1_ = -2 * section.b0_;
  section.b2_ = section.b0_;
  return section;
}

}  // namespace healthsense
