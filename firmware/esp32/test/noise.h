// Random numbers that are the same on every machine: xorshift and Box-Muller, not the library's distributions.
#pragma once

#include <cmath>
#include <cstdint>

class Noise {
 public:
  explicit Noise(std::uint64_t seed) : state_(seed * 0x9e3779b97f4a7c15ULL + 1) {
    for (int warm = 0; warm < 8; ++warm) next();
  }

  std::uint64_t next() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return state_;
  }

  /** From 0 up to 1. */
  double uniform() { return static_cast<double>(next() >> 11) / 9007199254740992.0; }
  double between(double low, double high) { return low + (high - low) * uniform(); }

  /** Mean 0, deviation 1. */
  double gaussian() {
    const double radius = std::sqrt(-2 * std::log(1 - uniform()));
    return radius * std::cos(6.283185307179586 * uniform());
  }

 private:
  std::uint64_t state_;
};
