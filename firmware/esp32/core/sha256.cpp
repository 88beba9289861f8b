// SHA-256 over 64-octet blocks, and HMAC around it.
#include "sha256.h"

#include <cstring>

namespace healthsense {
namespace {

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
constexpr std::array<std::uint32_t, 64> roundConstants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
    0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
    0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
    0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
    0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
    0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

constexpr std::uint8_t innerPad = 0x36;
constexpr std::uint8_t outerPad = 0x5c;

std::uint32_t rotated(std::uint32_t word, unsigned by) { return word >> by | word << (32U - by); }

void addPadded(Sha256& hash, const Digest& key, std::uint8_t pad) {
  std::array<std::uint8_t, 64> block{};
  std::memcpy(block.data(), key.data(), key.size());
  for (std::uint8_t& octet : block) octet = static_cast<std::uint8_t>(octet ^ pad);
  hash.add(block.data(), block.size());
}

}  // namespace

Sha256::Sha256() : state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19} {}

void Sha256::add(const std::uint8_t* bytes, std::size_t size) {
  for (std::size_t at = 0; at < size; ++at) {
    block_[size_ % blockBytes] = bytes[at];
    size_ += 1;
    if (size_ % blockBytes == 0) compress();
  }
}

Digest Sha256::finish() {
  const std::uint64_t bits = size_ * 8;
  const std::uint8_t one = 0x80;
  const std::uint8_t zero = 0;
  add(&one, 1);
  while (size_ % blockBytes != blockBytes - 8) add(&zero, 1);
  for (int octet = 7; octet >= 0; --octet) {
    const auto part = static_cast<std::uint8_t>(bits >> (8 * octet));
    add(&part, 1);
  }
  Digest digest{};
  for (std::size_t at = 0; at < digest.size(); ++at) digest[at] = static_cast<std::uint8_t>(state_[at / 4] >> (24 - 8 * (at % 4)));
  return digest;
}

void Sha256::compress() {
  std::array<std::uint32_t, 64> words{};
  for (std::size_t at = 0; at < blockBytes; ++at) words[at / 4] |= static_cast<std::uint32_t>(block_[at]) << (24 - 8 * (at % 4));
  for (std::size_t at = 16; at < words.size(); ++at) {
    const std::uint32_t low = rotated(words[at - 15], 7) ^ rotated(words[at - 15], 18) ^ words[at - 15] >> 3U;
    const std::uint32_t high = rotated(words[at - 2], 17) ^ rotated(words[at - 2], 19) ^ words[at - 2] >> 10U;
    words[at] = words[at - 16] + low + words[at - 7] + high;
  }
  auto [a, b, c, d, e, f, g, h] = state_;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const std::uint32_t choice = (e & f) ^ (~e & g);
    const std::uint32_t first = h + (rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)) + choice + roundConstants[at] + words[at];
    const std::uint32_t majority = (a & b) ^ (a & c) ^ (b & c);
    const std::uint32_t second = (rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)) + majority;
    h = g;
    g = f;
    f = e;
    e = d + first;
    d = c;
    c = b;
    b = a;
    a = first + second;
  }
  const std::array<std::uint32_t, 8> rounds = {a, b, c, d, e, f, g, h};
  for (std::size_t at = 0; at < state_.size(); ++at) state_[at] += rounds[at];
}

Digest sha256(const std::uint8_t* bytes, std::size_t size) {
  Sha256 hash;
  hash.add(bytes, size);
  return hash.finish();
}

HmacSha256::HmacSha256(const Digest& key) {
  addPadded(inner_, key, innerPad);
  addPadded(outer_, key, outerPad);
}

void HmacSha256::add(const char* text) { add(reinterpret_cast<const std::uint8_t*>(text), std::strlen(text)); }

Digest HmacSha256::finish() {
  const Digest inner = inner_.finish();
  outer_.add(inner.data(), inner.size());
  return outer_.finish();
}

bool isSame(const std::uint8_t* first, const std::uint8_t* second, std::size_t size) {
  std::uint8_t difference = 0;
  for (std::size_t at = 0; at < size; ++at) difference = static_cast<std::uint8_t>(difference | (first[at] ^ second[at]));
  return difference == 0;
}

}  // namespace healthsense
