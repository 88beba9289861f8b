// Stands in for the Arduino core's I2C.
#pragma once

#include "Arduino.h"

class TwoWire {
 public:
  bool begin(int data, int clock, std::uint32_t frequency);
  void beginTransmission(std::uint8_t address);
  std::uint8_t endTransmission(bool sendStop = true);
  std::size_t requestFrom(std::uint8_t address, std::size_t size);
  std::size_t write(std::uint8_t octet);
  int read();
};
extern TwoWire Wire;
