// A frame on its way to the radio: bytes of a fixed capacity, written in order, little-endian.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace healthsense {

template <std::size_t octets>
class FrameOf {
 public:
  static constexpr std::size_t capacity = octets;

  const std::uint8_t* data() const { return bytes_.data(); }
  std::size_t size() const { return size_; }

  /** @returns false, and adds nothing, where the frame is full. */
  bool u8(std::uint32_t value) {
    if (size_ == capacity) return false;
    bytes_[size_++] = static_cast<std::uint8_t>(value & 0xffU);
    return true;
  }

  bool u16(std::uint32_t value) { return littleEndian(value, 2); }
  bool u24(std::uint32_t value) { return littleEndian(value, 3); }
  bool u32(std::uint32_t value) { return littleEndian(value, 4); }

  bool bytes(const std::uint8_t* from, std::size_t count) {
    if (room() < count) return false;
    for (std::size_t at = 0; at < count; ++at) u8(from[at]);
    return true;
  }

  std::size_t room() const { return capacity - size_; }

 private:
  bool littleEndian(std::uint32_t value, std::size_t width) {
    if (room() < width) return false;
    for (std::size_t octet = 0; octet < width; ++octet) u8(value >> (8 * octet));
    return true;
  }

  std::array<std::uint8_t, capacity> bytes_{};
  std::size_t size_ = 0;
};

/** No frame of the adopted services is longer than an attribute of the smallest Bluetooth LE link (ATT_MTU 23 - 3). */
using Frame = FrameOf<20>;

}  // namespace healthsense
