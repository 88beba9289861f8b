// CRC-16/MCRF4XX by nibbles: a table of 16 words is the middle between 512 octets of table and eight shifts an octet.
#include "crc16.h"

#include <array>

namespace healthsense {
namespace {

constexpr std::array<std::uint16_t, 16> nibbleTable() {
  std::array<std::uint16_t, 16> table{};
  for (std::size_t nibble = 0; nibble < table.size(); ++nibble) {
    std::uint32_t crc = static_cast<std::uint32_t>(nibble);
    for (int bit = 0; bit < 4; ++bit) crc = (crc & 1U) != 0 ? (crc >> 1U) ^ 0x8408U : crc >> 1U;
    table[nibble] = static_cast<std::uint16_t>(crc);
  }
  return table;
}

constexpr std::array<std::uint16_t, 16> table = nibbleTable();

std::uint16_t step(std::uint16_t crc, std::uint32_t nibble) {
  return static_cast<std::uint16_t>((crc >> 4U) ^ table[(crc ^ nibble) & 0xfU]);
}

}  // namespace

std::uint16_t crc16(const std::uint8_t* bytes, std::size_t size, std::uint16_t crc) {
  for (std::size_t at = 0; at < size; ++at) {
    crc = step(crc, bytes[at]);
    crc = step(crc, static_cast<std::uint32_t>(bytes[at]) >> 4U);
  }
  return crc;
}

}  // namespace healthsense
