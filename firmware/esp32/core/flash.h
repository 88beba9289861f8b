// What the ring buffer asks of a flash memory: pages that are erased whole to 0xFF and then written, each bit once.
#pragma once

#include <cstddef>
#include <cstdint>

namespace healthsense {

class Flash {
 public:
  virtual ~Flash() = default;
  virtual std::size_t pageBytes() const = 0;
  virtual std::size_t pageCount() const = 0;
  /** Offsets are from the start of the first page. @returns false where the hardware failed. */
  virtual bool read(std::size_t offset, std::uint8_t* bytes, std::size_t size) = 0;
  /** Only ever asked of octets that are 0xFF. */
  virtual bool write(std::size_t offset, const std::uint8_t* bytes, std::size_t size) = 0;
  virtual bool erasePage(std::size_t page) = 0;
};

}  // namespace healthsense
