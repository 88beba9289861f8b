// The octets of both proofs, and the order in which they are given.
#include "proof.h"

#include <cstring>

namespace healthsense {
namespace {

Digest proofOf(const ProofInput& input, const char* label, const Nonce& first, const Nonce& second) {
  HmacSha256 hmac(input.key);
  hmac.add(label);
  hmac.add(first.data(), first.size());
  hmac.add(second.data(), second.size());
  hmac.add(input.deviceId);
  return hmac.finish();
}

}  // namespace

FrameOf<48> wearableProof(const ProofInput& input) {
  const Digest proof = proofOf(input, "healthsense wearable v1", input.consoleNonce, input.wearableNonce);
  FrameOf<48> frame;
  frame.bytes(input.wearableNonce.data(), input.wearableNonce.size());
  frame.bytes(proof.data(), proof.size());
  return frame;
}

FrameOf<32> consoleProof(const ProofInput& input) {
  const Digest proof = proofOf(input, "healthsense console v1", input.wearableNonce, input.consoleNonce);
  FrameOf<32> frame;
  frame.bytes(proof.data(), proof.size());
  return frame;
}

bool ProofGate::challenge(const std::uint8_t* bytes, std::size_t size, const Nonce& wearableNonce) {
  if (size != nonceOctets || !hasKey_) return false;
  forget();
  std::memcpy(input_.consoleNonce.data(), bytes, size);
  input_.wearableNonce = wearableNonce;
  isChallenged_ = true;
  return true;
}

FrameOf<48> ProofGate::read() const { return isChallenged_ ? wearableProof(input_) : FrameOf<48>{}; }

bool ProofGate::write(const std::uint8_t* bytes, std::size_t size) {
  if (!isChallenged_ || isProved_) return false;
  const FrameOf<32> expected = consoleProof(input_);
  isProved_ = size == expected.size() && isSame(bytes, expected.data(), size);
  if (!isProved_) isChallenged_ = false;
  return isProved_;
}

}  // namespace healthsense
