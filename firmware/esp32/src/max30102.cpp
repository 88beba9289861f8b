// Register settings are those of the MAX30102 data sheet: 400 samples/s averaged by four, 411 us pulses, 4096 nA full scale, 7 mA.
#include "max30102.h"

namespace {

constexpr std::uint8_t address = 0x57;
constexpr std::uint8_t regFifoWrite = 0x04;
constexpr std::uint8_t regFifoOverflow = 0x05;
constexpr std::uint8_t regFifoRead = 0x06;
constexpr std::uint8_t regFifoData = 0x07;
constexpr std::uint8_t regFifoConfig = 0x08;
constexpr std::uint8_t regMode = 0x09;
constexpr std::uint8_t regSpo2Config = 0x0a;
constexpr std::uint8_t regRedCurrent = 0x0c;
constexpr std::uint8_t regIrCurrent = 0x0d;
constexpr std::uint8_t regPartId = 0xff;
constexpr std::uint8_t partId = 0x15;
constexpr std::uint8_t modeReset = 0x40;
constexpr std::uint8_t modeSpo2 = 0x03;
constexpr std::uint8_t averageFourAndRollOver = 0x50;
constexpr std::uint8_t range4096At400Hz18Bits = 0x2f;
/** In steps of 0.2 mA. */
constexpr std::uint8_t sevenMilliampere = 0x24;
constexpr std::uint8_t fifoDepth = 32;
constexpr std::uint8_t sampleBytes = 6;
/** The I2C driver's buffer holds 128 octets. */
constexpr std::uint8_t samplesAtOnce = 16;

}  // namespace

bool Max30102::begin(TwoWire& wire) {
  wire_ = &wire;
  std::uint8_t part = 0;
  if (!read(regPartId, part) || part != partId) return false;
  if (!write(regMode, modeReset)) return false;
  delay(10);
  return write(regFifoConfig, averageFourAndRollOver) && write(regSpo2Config, range4096At400Hz18Bits) &&
         write(regRedCurrent, sevenMilliampere) && write(regIrCurrent, sevenMilliampere) && write(regFifoWrite, 0) &&
         write(regFifoOverflow, 0) && write(regFifoRead, 0) && write(regMode, modeSpo2);
}

bool Max30102::drain(healthsense::Oximeter& oximeter) {
  std::uint8_t head = 0;
  std::uint8_t tail = 0;
  std::uint8_t lost = 0;
  if (!read(regFifoWrite, head) || !read(regFifoOverflow, lost) || !read(regFifoRead, tail)) return false;
  std::uint8_t left = lost > 0 ? fifoDepth : static_cast<std::uint8_t>((head - tail) & (fifoDepth - 1));
  while (left > 0) {
    const std::uint8_t count = left < samplesAtOnce ? left : samplesAtOnce;
    wire_->beginTransmission(address);
    wire_->write(regFifoData);
    if (wire_->endTransmission(false) != 0) return false;
    const auto bytes = static_cast<std::uint8_t>(count * sampleBytes);
    if (wire_->requestFrom(address, bytes) != bytes) return false;
    for (std::uint8_t sample = 0; sample < count; ++sample) {
      std::uint32_t light[2] = {0, 0};
      for (std::uint32_t& channel : light) {
        for (int octet = 0; octet < 3; ++octet) channel = channel << 8 | static_cast<std::uint8_t>(wire_->read());
        channel &= healthsense::Oximeter::fullScale;
      }
      oximeter.add(light[0], light[1]);
    }
    left = static_cast<std::uint8_t>(left - count);
  }
  return lost == 0;
}

bool Max30102::write(std::uint8_t reg, std::uint8_t value) {
  wire_->beginTransmission(address);
  wire_->write(reg);
  wire_->write(value);
  return wire_->endTransmission() == 0;
}

bool Max30102::read(std::uint8_t reg, std::uint8_t& value) {
  wire_->beginTransmission(address);
  wire_->write(reg);
  if (wire_->endTransmission(false) != 0 || wire_->requestFrom(address, std::uint8_t{1}) != 1) return false;
  value = static_cast<std::uint8_t>(wire_->read());
  return true;
}
