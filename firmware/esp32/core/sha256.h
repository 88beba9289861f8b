// SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace healthsense {

using Digest = std::array<std::uint8_t, 32>;

class Sha256 {
 public:
  Sha256();
  void add(const std::uint8_t* bytes, std::size_t size);
  /** Ends the message: nothing may be added afterwards. */
  Digest finish();

 private:
  static constexpr std::size_t blockBytes = 64;

  void compress();

  std::array<std::uint32_t, 8> state_;
  std::array<std::uint8_t, blockBytes> block_{};
  std::uint64_t size_ = 0;
};

Digest sha256(const std::uint8_t* bytes, std::size_t size);

/** The message is added piece by piece, as it is joined. */
class HmacSha256 {
 public:
  explicit HmacSha256(const Digest& key);
  void add(const std::uint8_t* bytes, std::size_t size) { inner_.add(bytes, size); }
  void add(const char* text);
  Digest finish();

 private:
  Sha256 inner_;
  Sha256 outer_;
};

/** In a time that does not tell where they differ. */
bool isSame(const std::uint8_t* first, const std::uint8_t* second, std::size_t size);

}  // namespace healthsense
