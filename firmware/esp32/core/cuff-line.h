// The serial cuff module's report: one text line a measurement, "systolic, diastolic, pulse" in mmHg and beats/min.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "frames.h"

namespace healthsense {

/** Gathers octets of a line and reads it when it ends; whatever else the module says is passed over. */
class CuffLine {
 public:
  /**
   * @returns true when the line just ended, with carriage return or line feed, was a measurement: `record` is then filled but for its
   * time. A line that begins with "ERR" is a measurement that failed: all values are noValue.
   */
  bool add(char octet, CuffRecord& record);

 private:
  static constexpr std::size_t capacity = 32;

  bool read(CuffRecord& record) const;

  std::array<char, capacity> line_{};
  std::size_t size_ = 0;
  bool tooLong_ = false;
};

}  // namespace healthsense
