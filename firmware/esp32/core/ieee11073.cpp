// IEEE 11073-20601 floats. Rounds half up, as the TypeScript encoders do, so that both send the same bytes.
#include "ieee11073.h"

#include <array>
#include <cmath>
#include <cstddef>

namespace healthsense {
namespace {

constexpr std::uint16_t sfloatNaN = 0x07ff;
constexpr double sfloatLargestMantissa = 2045;
constexpr int sfloatLargestExponent = 7;
constexpr std::uint32_t float32NaN = 0x007fffff;
constexpr double float32LargestMantissa = 8388605;
constexpr int mostDecimals = 8;

/** Literals, not std::pow: the nearest double on every machine. */
constexpr std::array<double, 17> powersOfTen = {1e-8, 1e-7, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1,
                                                1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7, 1e8};

double powerOfTen(int exponent) { return powersOfTen[static_cast<std::size_t>(exponent + mostDecimals)]; }

/** Half goes up, also below zero; the fraction is taken apart because value + 0.5 may itself round. */
double rounded(double value) {
  const double whole = std::floor(value);
  return value - whole >= 0.5 ? whole + 1 : whole;
}

int placesWithin(int decimals, int most) { return decimals < 0 ? 0 : decimals > most ? most : decimals; }

}  // namespace

std::uint16_t sfloat(double value, int decimals) {
  if (!std::isfinite(value)) return sfloatNaN;
  const int places = placesWithin(decimals, mostDecimals);
  int exponent = -places;
  double mantissa = rounded(value * powerOfTen(places));
  while (std::fabs(mantissa) > sfloatLargestMantissa) {
    exponent += 1;
    if (exponent > sfloatLargestExponent) return sfloatNaN;
    mantissa = rounded(value / powerOfTen(exponent));
  }
  const auto bits = static_cast<std::uint32_t>(static_cast<std::int32_t>(mantissa));
  return static_cast<std::uint16_t>(((static_cast<std::uint32_t>(exponent) & 0xfU) << 12U) | (bits & 0xfffU));
}

std::uint32_t float32(double value, int decimals) {
  if (!std::isfinite(value)) return float32NaN;
  const int places = placesWithin(decimals, mostDecimals);
  const double mantissa = rounded(value * powerOfTen(places));
  if (std::fabs(mantissa) > float32LargestMantissa) return float32NaN;
  const auto bits = static_cast<std::uint32_t>(static_cast<std::int32_t>(mantissa));
  return ((static_cast<std::uint32_t>(-places) & 0xffU) << 24U) | (bits & 0xffffffU);
}

}  // namespace healthsense
