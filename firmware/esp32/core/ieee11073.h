// IEEE 11073-20601 floats: a decimal mantissa and a two's-complement decimal exponent.
#pragma once

#include <cstdint>
#include <limits>

namespace healthsense {

/** Stands for "there is no value" in every record; sent as the format's NaN, never as 0. */
constexpr double noValue = std::numeric_limits<double>::quiet_NaN();

/**
 * 16 bits: exponent in the upper 4, mantissa in the lower 12.
 * Keeps `decimals` (0 to 8) places where the mantissa holds them and fewer where it does not; NaN (0x07FF) for what is not finite or too large.
 */
std::uint16_t sfloat(double value, int decimals = 0);

/** 32 bits: exponent in the upper 8, mantissa in the lower 24. NaN (0x007FFFFF) for what is not finite or does not fit. */
std::uint32_t float32(double value, int decimals = 1);

}  // namespace healthsense
