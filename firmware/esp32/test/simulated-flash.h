// NOR flash in memory: erases to 1, writes only clear bits, and loses power after a given number of steps.
#pragma once

#include <algorithm>
#include <limits>
#include <vector>

#include "../core/flash.h"

class SimulatedFlash : public healthsense::Flash {
 public:
  static constexpr long neverCut = std::numeric_limits<long>::max();
  /** An erase can be cut in this many places. */
  static constexpr std::size_t eraseSteps = 8;

  SimulatedFlash(std::size_t pageBytes, std::size_t pageCount) : bytes(pageBytes * pageCount, 0xff), pageBytes_(pageBytes) {}

  std::size_t pageBytes() const override { return pageBytes_; }
  std::size_t pageCount() const override { return bytes.size() / pageBytes_; }

  bool read(std::size_t offset, std::uint8_t* out, std::size_t size) override {
    if (!hasPower || offset + size > bytes.size()) return false;
    std::copy_n(bytes.begin() + static_cast<long>(offset), size, out);
    return true;
  }

  /** One step an octet. The octet being written when power goes keeps some of its bits. */
  bool write(std::size_t offset, const std::uint8_t* in, std::size_t size) override {
    if (!hasPower || offset + size > bytes.size()) return false;
    if (isBad(offset)) return false;
    writes += 1;
    for (std::size_t at = 0; at < size; ++at) {
      std::uint8_t& cell = bytes[offset + at];
      if (cell != 0xff) overwrote = true;
      if (!step()) {
        cell = static_cast<std::uint8_t>(cell & (in[at] | 0x55));
        return false;
      }
      cell = static_cast<std::uint8_t>(cell & in[at]);
    }
    return true;
  }

  bool erasePage(std::size_t page) override {
    if (!hasPower || page >= pageCount() || isBad(page * pageBytes_)) return false;
    erases += 1;
    for (std::size_t part = 0; part < eraseSteps; ++part) {
      if (!step()) return false;
      // From the end on odd pages: which half goes first differs between chips.
      const std::size_t at = page % 2 == 0 ? part : eraseSteps - 1 - part;
      const std::size_t from = page * pageBytes_ + at * pageBytes_ / eraseSteps;
      const std::size_t to = page * pageBytes_ + (at + 1) * pageBytes_ / eraseSteps;
      std::fill(bytes.begin() + static_cast<long>(from), bytes.begin() + static_cast<long>(to), std::uint8_t{0xff});
    }
    return true;
  }

  void powerUp() {
    hasPower = true;
    stepsLeft = neverCut;
  }

  std::vector<std::uint8_t> bytes;
  long stepsLeft = neverCut;
  long stepsTaken = 0;
  long writes = 0;
  long erases = 0;
  std::size_t badPage = std::numeric_limits<std::size_t>::max();
  bool hasPower = true;
  /** True once something wrote where nothing was erased: on a real chip that is garbage. */
  bool overwrote = false;

 private:
  bool isBad(std::size_t offset) const { return offset / pageBytes_ == badPage; }

  bool step() {
    if (stepsLeft == 0) {
      hasPower = false;
      return false;
    }
    stepsLeft -= 1;
    stepsTaken += 1;
    return true;
  }

  std::size_t pageBytes_;
};
