// CRC-16/MCRF4XX: polynomial 0x1021 reflected, initial value 0xFFFF, no final xor. The E2E-CRC of GATT, and the flash ring's own.
#pragma once

#include <cstddef>
#include <cstdint>

namespace healthsense {

/** `crc` lets a sum be taken in parts: pass what the part before gave. */
std::uint16_t crc16(const std::uint8_t* bytes, std::size_t size, std::uint16_t crc = 0xffff);

}  // namespace healthsense
