// Who is at the other end: the proof that wearable and console give each other of the device token (../../protocol/PROTOCOL.md).
#pragma once

#include "frame.h"
#include "sha256.h"

namespace healthsense {

constexpr std::size_t nonceOctets = 16;
using Nonce = std::array<std::uint8_t, nonceOctets>;

/** Both proofs are of these. `key` is SHA-256 of the token; `deviceId` outlives the proof. */
struct ProofInput {
  Digest key{};
  Nonce consoleNonce{};
  Nonce wearableNonce{};
  const char* deviceId = "";
};

/** What Proof reads as: the wearable's nonce and its proof. */
FrameOf<48> wearableProof(const ProofInput& input);
/** What the console writes to Proof. */
FrameOf<32> consoleProof(const ProofInput& input);

/** One link's proof, from challenge to the end of the link. */
class ProofGate {
 public:
  /** Without a key nobody can prove anything. */
  void setKey(const Digest& key, const char* deviceId) {
    input_.key = key;
    input_.deviceId = deviceId;
    hasKey_ = true;
    forget();
  }

  /** Challenge was written. @param wearableNonce fresh random octets. @returns false where the length is wrong or there is no key. */
  bool challenge(const std::uint8_t* bytes, std::size_t size, const Nonce& wearableNonce);
  /** Proof was read. @returns an empty frame where there is no challenge. */
  FrameOf<48> read() const;
  /** Proof was written. @returns false where it is wrong; the challenge is then spent. */
  bool write(const std::uint8_t* bytes, std::size_t size);
  /** The link ended. */
  void forget() {
    isChallenged_ = false;
    isProved_ = false;
  }

  bool isProved() const { return isProved_; }

 private:
  ProofInput input_;
  bool hasKey_ = false;
  bool isChallenged_ = false;
  bool isProved_ = false;
};

}  // namespace healthsense
