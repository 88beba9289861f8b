// SHA-256 and HMAC against published vectors, and the order in which wearable and console prove themselves.
#include "../core/proof.h"

#include <string>

#include "check.h"

using namespace healthsense;

namespace {

std::string hexOf(const Digest& digest) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t octet : digest) {
    text += digits[octet >> 4];
    text += digits[octet & 0xf];
  }
  return text;
}

Digest hashOf(const std::string& text) { return sha256(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()); }

constexpr Nonce consoleNonce = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
constexpr Nonce wearableNonce = {9, 9, 9};

struct Bench {
  Bench() { gate.setKey(hashOf("token"), "HS-1"); }

  bool challenge() { return gate.challenge(consoleNonce.data(), consoleNonce.size(), wearableNonce); }
  bool prove(const std::string& token) {
    const FrameOf<32> proof = consoleProof(ProofInput{hashOf(token), consoleNonce, wearableNonce, "HS-1"});
    return gate.write(proof.data(), proof.size());
  }

  ProofGate gate;
};

}  // namespace

RULE("SHA-256 as in FIPS 180-4, at every length around the end of a block") {
  CHECK(hexOf(hashOf("")) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hexOf(hashOf("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hexOf(hashOf("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  for (std::size_t size = 50; size < 140; ++size) {
    const std::string text(size, 'x');
    Sha256 byOctets;
    for (const char letter : text) {
      const auto octet = static_cast<std::uint8_t>(letter);
      byOctets.add(&octet, 1);
    }
    CHECK(byOctets.finish() == hashOf(text));
  }
  CHECK(hexOf(hashOf(std::string(1000000, 'a'))) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

RULE("HMAC-SHA-256 as in RFC 4231") {
  Digest key{};
  for (std::size_t at = 0; at < 20; ++at) key[at] = 0x0b;
  HmacSha256 hmac(key);
  hmac.add("Hi There");
  CHECK(hexOf(hmac.finish()) == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
}

RULE("the wearable proves itself first, then the console, and only with the same token") {
  Bench bench;
  CHECK(bench.gate.read().size() == 0);
  CHECK(!bench.prove("token"));
  CHECK(bench.challenge());
  CHECK(bench.gate.read().size() == 48);
  CHECK(bench.prove("token"));
  CHECK(bench.gate.isProved());
}

RULE("a wrong proof spends the challenge, and a link that ended proves nothing") {
  Bench bench;
  CHECK(bench.challenge());
  CHECK(!bench.prove("another"));
  CHECK(!bench.prove("token"));
  CHECK(bench.challenge());
  CHECK(bench.prove("token"));
  bench.gate.forget();
  CHECK(!bench.gate.isProved());
  CHECK(bench.gate.read().size() == 0);
}

RULE("the wearable's own proof is not one of the console") {
  Bench bench;
  CHECK(bench.challenge());
  const FrameOf<48> own = bench.gate.read();
  CHECK(!bench.gate.write(own.data() + nonceOctets, 32));
}

RULE("without a token, or with a challenge of another length, nothing is proved") {
  ProofGate gate;
  CHECK(!gate.challenge(consoleNonce.data(), consoleNonce.size(), wearableNonce));
  Bench bench;
  CHECK(!bench.gate.challenge(consoleNonce.data(), 15, wearableNonce));
  CHECK(!bench.prove("token"));
}
