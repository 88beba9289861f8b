// The MAX30102 pulse oximeter sensor on I2C: 100 samples a second of red and infra-red, 18 bits.
#pragma once

#include <Wire.h>

#include "oximeter.h"

class Max30102 {
 public:
  /** @returns false where the sensor does not answer or is another part. */
  bool begin(TwoWire& wire);

  /**
   * Moves what the sensor's FIFO holds into the estimator. Call at least three times a second: the FIFO holds 0.32 s.
   * @returns false where samples were lost: the estimator must then start anew.
   */
  bool drain(healthsense::Oximeter& oximeter);

 private:
  bool write(std::uint8_t reg, std::uint8_t value);
  bool read(std::uint8_t reg, std::uint8_t& value);

  TwoWire* wire_ = nullptr;
};
