// Which pin of the ESP32 goes where; the drawing is in the README.
#pragma once

#include <cstdint>

namespace pins {

constexpr std::uint8_t i2cData = 21;
constexpr std::uint8_t i2cClock = 22;
/** Converter 1: converter 2 is the radio's while it runs. */
constexpr std::uint8_t ecgOutput = 36;
constexpr std::uint8_t ecgLeadOffPlus = 32;
constexpr std::uint8_t ecgLeadOffMinus = 33;
constexpr std::int8_t cuffReceive = 16;
constexpr std::int8_t cuffSend = 17;
/** Through two equal resistors. */
constexpr std::uint8_t battery = 35;

}  // namespace pins
