// Every record of the protocol's golden files encodes to its bytes, and every request decodes to what it asks.
#include <string>

#include "../core/frames.h"
#include "../core/health-record.h"
#include "../core/proof.h"
#include "check.h"
#include "golden.golden.h"
#include "healthsense.golden.h"

namespace {

using namespace healthsense;

/** Records of golden.json that the core takes in another form. */
struct GoldenProof {
  std::string token;
  std::string deviceId;
  std::string consoleNonce;
  std::string wearableNonce;
};

struct GoldenFeature {
  std::uint16_t sampleRateHz = 0;
  std::uint32_t nanovoltPerCount = 0;
  std::string lead;
};

struct GoldenRequest {
  std::string op;
  std::uint32_t sequence = 0;
  std::uint8_t code = 0;
};

std::string octetsOf(const std::string& hex) {
  std::string octets;
  for (std::size_t at = 0; at < hex.size(); at += 3) octets += static_cast<char>(std::stoi(hex.substr(at, 2), nullptr, 16));
  return octets;
}

const std::uint8_t* bytesOf(const std::string& text) { return reinterpret_cast<const std::uint8_t*>(text.data()); }

Nonce nonceOf(const std::string& hex) {
  const std::string octets = octetsOf(hex);
  Nonce nonce{};
  for (std::size_t at = 0; at < nonce.size(); ++at) nonce[at] = bytesOf(octets)[at];
  return nonce;
}

ProofInput inputOf(const GoldenProof& proof) {
  return {sha256(bytesOf(proof.token), proof.token.size()), nonceOf(proof.consoleNonce), nonceOf(proof.wearableNonce),
          proof.deviceId.c_str()};
}

FrameOf<48> wearableProof(const GoldenProof& proof) { return healthsense::wearableProof(inputOf(proof)); }
FrameOf<32> consoleProof(const GoldenProof& proof) { return healthsense::consoleProof(inputOf(proof)); }

FrameOf<8> encodeEcgFeature(const GoldenFeature& feature) {
  return healthsense::encodeEcgFeature(
      EcgFeature{feature.sampleRateHz, feature.nanovoltPerCount, feature.lead == "I" ? EcgLead::one : EcgLead::two});
}

template <std::size_t octets>
std::string hexOf(const FrameOf<octets>& frame) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::string text;
  for (std::size_t at = 0; at < frame.size(); ++at) {
    if (at > 0) text += ' ';
    text += digits[frame.data()[at] >> 4];
    text += digits[frame.data()[at] & 0xf];
  }
  return text;
}

/** One golden case: which record its encoder takes, and whether it holds. */
template <typename Record, typename Encode>
struct EncodedCase {
  using Made = Record;
  static bool holds(const Record& record, const std::string& hex) {
    const std::string made = hexOf(Encode::of(record));
    if (made != hex) std::printf("    is %s\n", made.c_str());
    return made == hex;
  }
};

#define ENCODED(encoder, Record)                                                        \
  struct encoder##Call {                                                                \
    static auto of(const Record& record) { return encoder(record); }                    \
  };                                                                                    \
  using encoder##Case = EncodedCase<Record, encoder##Call>;

ENCODED(encodeHeartRate, HeartRecord)
ENCODED(encodeOximeter, OximeterRecord)
ENCODED(encodeCuff, CuffRecord)
ENCODED(encodeCgm, CgmRecord)
ENCODED(encodeRespiration, RespirationRecord)
ENCODED(encodeTemperature, TemperatureRecord)
ENCODED(encodeRecord, HealthRecord)
ENCODED(encodeControlAnswer, ControlAnswer)
ENCODED(encodeEcg, EcgRecord)
ENCODED(encodeEcgFeature, GoldenFeature)
ENCODED(wearableProof, GoldenProof)
ENCODED(consoleProof, GoldenProof)

struct decodeControlCase {
  using Made = GoldenRequest;
  static bool holds(const GoldenRequest& expected, const std::string& hex) {
    const std::string octets = octetsOf(hex);
    const ControlRequest request = decodeControl(bytesOf(octets), octets.size());
    if (expected.op == "unknown") return request.op == ControlOp::unknown && request.code == expected.code;
    const bool isRightOp = (expected.op == "stream" && request.op == ControlOp::stream) ||
                           (expected.op == "acknowledge" && request.op == ControlOp::acknowledge) ||
                           (expected.op == "stop" && request.op == ControlOp::stop);
    return isRightOp && request.sequence == expected.sequence;
  }
};

int seen = 0;

}  // namespace

#define GOLDEN(name, encoder, hex, ...)                            \
  {                                                                \
    encoder##Case::Made record{};                                  \
    __VA_ARGS__                                                    \
    if (!CHECK(encoder##Case::holds(record, hex))) std::printf("    %s, golden %s\n", name, hex); \
    seen += 1;                                                     \
  }

RULE("golden frames of the adopted services: the record encodes to the bytes") { GOLDEN_FRAMES }

RULE("golden frames of the HealthSense service: the record encodes to the bytes, the request decodes") {
  HEALTHSENSE_FRAMES
  CHECK(seen == GOLDEN_COUNT + HEALTHSENSE_COUNT);
  std::printf("  %d golden frames\n", seen);
}
