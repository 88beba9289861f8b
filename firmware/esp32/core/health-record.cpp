// Frames of the HealthSense and ECG services.
#include "health-record.h"

namespace healthsense {
namespace {

constexpr std::uint32_t hasQuality = 1U << 15U;
constexpr std::uint8_t answerCode = 0x80;
constexpr std::uint8_t ecgBits = 12;
constexpr std::size_t requestWithSequence = 5;

}  // namespace

RecordBody encodeRecordBody(const HealthRecord& record) {
  RecordBody body;
  const auto time = static_cast<std::uint64_t>(record.takenAtMs);
  body.u32(static_cast<std::uint32_t>(time & 0xffffffffU));
  body.u16(static_cast<std::uint32_t>(time >> 32U & 0xffffU));
  body.u16(record.values.present() | (record.quality == 0 ? 0 : hasQuality));
  for (std::size_t bit = 0; bit < vitalCount; ++bit) {
    if (record.values.has(bit)) body.u16(sfloat(record.values.at(bit), 1));
  }
  if (record.quality != 0) body.u16(record.quality);
  return body;
}

RecordFrame encodeRecord(std::uint32_t sequence, const std::uint8_t* body, std::size_t size) {
  RecordFrame frame;
  frame.u32(sequence);
  frame.bytes(body, size);
  return frame;
}

RecordFrame encodeRecord(const HealthRecord& record) {
  const RecordBody body = encodeRecordBody(record);
  return encodeRecord(record.sequence, body.data(), body.size());
}

ControlRequest decodeControl(const std::uint8_t* bytes, std::size_t size) {
  ControlRequest request;
  if (size == 0) return request;
  request.code = bytes[0];
  const auto op = static_cast<ControlOp>(bytes[0]);
  if (op == ControlOp::stop && size == 1) request.op = op;
  if ((op != ControlOp::stream && op != ControlOp::acknowledge) || size != requestWithSequence) return request;
  request.op = op;
  for (std::size_t octet = 0; octet < 4; ++octet) request.sequence |= static_cast<std::uint32_t>(bytes[1 + octet]) << (8 * octet);
  return request;
}

AnswerFrame encodeControlAnswer(const ControlAnswer& answer) {
  AnswerFrame frame;
  frame.u8(answerCode);
  frame.u8(answer.op);
  frame.u8(answer.status);
  for (const std::uint32_t word : {answer.oldest, answer.newest, answer.store}) frame.u32(word);
  return frame;
}

EcgFrame encodeEcg(const EcgRecord& record) {
  EcgFrame frame;
  frame.u32(record.sampleIndex);
  frame.u8((record.leadOff ? 1U : 0U) | (record.saturated ? 2U : 0U));
  const EcgSamples& samples = record.samples;
  for (std::size_t at = 0; at < samples.size(); at += 2) {
    const std::uint32_t first = static_cast<std::uint32_t>(samples[at]) & 0xfffU;
    if (at + 1 == samples.size()) {
      frame.u16(first);
    } else {
      frame.u24(first | (static_cast<std::uint32_t>(samples[at + 1]) & 0xfffU) << 12U);
    }
  }
  return frame;
}

FrameOf<8> encodeEcgFeature(const EcgFeature& feature) {
  FrameOf<8> frame;
  frame.u16(feature.sampleRateHz);
  frame.u32(feature.nanovoltPerCount);
  frame.u8(ecgBits);
  frame.u8(static_cast<std::uint32_t>(feature.lead));
  return frame;
}

bool EcgPacker::add(int counts, bool leadOff, bool saturated, EcgFrame& frame) {
  gathered_.samples.push(counts);
  gathered_.leadOff = gathered_.leadOff || leadOff;
  gathered_.saturated = gathered_.saturated || saturated;
  if (gathered_.samples.size() < samplesPerFrame) return false;
  frame = encodeEcg(gathered_);
  skip(0);
  return true;
}

void EcgPacker::skip(std::uint32_t count) {
  gathered_.sampleIndex += static_cast<std::uint32_t>(gathered_.samples.size()) + count;
  gathered_.samples.clear();
  gathered_.leadOff = false;
  gathered_.saturated = false;
}

}  // namespace healthsense
