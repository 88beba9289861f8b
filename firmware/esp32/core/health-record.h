// Records, control and electrocardiogram frames of the HealthSense and ECG services (../../protocol/PROTOCOL.md).
#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "frame.h"
#include "ieee11073.h"

namespace healthsense {

/** In the order of their bits in a record. */
enum class Vital : std::uint8_t {
  heartRate,
  pulseRate,
  spo2,
  systolic,
  diastolic,
  meanPressure,
  glucose,
  respiratoryRate,
  temperature,
};

constexpr std::size_t vitalCount = 9;

namespace quality {
constexpr std::uint16_t questionable = 1U << 0U;
constexpr std::uint16_t sensorOff = 1U << 3U;
constexpr std::uint16_t lowPerfusion = 1U << 4U;
constexpr std::uint16_t movement = 1U << 5U;
constexpr std::uint16_t cuffLoose = 1U << 6U;
constexpr std::uint16_t irregularPulse = 1U << 7U;
constexpr std::uint16_t clockUnset = 1U << 11U;
}  // namespace quality

/** Canonical units: /min, %, mmHg, mg/dL, degrees Celsius. */
class VitalValues {
 public:
  /** noValue: the sensor has none, which is said. */
  void set(Vital kind, double value) {
    values_[static_cast<std::size_t>(kind)] = value;
    present_ |= 1U << static_cast<unsigned>(kind);
  }
  bool has(std::size_t bit) const { return (present_ >> bit & 1U) != 0; }
  double at(std::size_t bit) const { return values_[bit]; }
  std::uint32_t present() const { return present_; }

 private:
  std::array<double, vitalCount> values_{};
  std::uint32_t present_ = 0;
};

struct HealthRecord {
  /** 1 and up. */
  std::uint32_t sequence = 0;
  /** UTC; 0: the wearable had no clock yet. */
  std::int64_t takenAtMs = 0;
  VitalValues values;
  std::uint16_t quality = 0;
};

using RecordFrame = FrameOf<32>;
/** A record as it is stored: without its sequence, which the store gives. */
using RecordBody = FrameOf<28>;

RecordBody encodeRecordBody(const HealthRecord& record);
/** 0013. */
RecordFrame encodeRecord(const HealthRecord& record);
/** 0013 of a stored record. */
RecordFrame encodeRecord(std::uint32_t sequence, const std::uint8_t* body, std::size_t size);

enum class ControlOp : std::uint8_t { unknown = 0, stream = 1, acknowledge = 2, stop = 3 };
enum class ControlStatus : std::uint8_t { done = 0, notProved = 1, noSuchSequence = 2, badOperand = 3 };

struct ControlRequest {
  ControlOp op = ControlOp::unknown;
  /** As it was written: what the answer repeats. */
  std::uint8_t code = 0;
  std::uint32_t sequence = 0;
};

ControlRequest decodeControl(const std::uint8_t* bytes, std::size_t size);

struct ControlAnswer {
  std::uint8_t op = 0;
  std::uint8_t status = 0;
  std::uint32_t oldest = 0;
  std::uint32_t newest = 0;
  std::uint32_t store = 0;
};

using AnswerFrame = FrameOf<15>;

/** 0014, indicated. */
AnswerFrame encodeControlAnswer(const ControlAnswer& answer);

constexpr std::size_t samplesPerFrame = 50;

class EcgSamples {
 public:
  void push(int counts) {
    if (size_ < samplesPerFrame) counts_[size_++] = static_cast<std::int16_t>(counts);
  }
  void clear() { size_ = 0; }
  std::size_t size() const { return size_; }
  std::int16_t operator[](std::size_t at) const { return counts_[at]; }

 private:
  std::array<std::int16_t, samplesPerFrame> counts_{};
  std::size_t size_ = 0;
};

struct EcgRecord {
  /** Of the first sample, counted since the wearable started. */
  std::uint32_t sampleIndex = 0;
  bool leadOff = false;
  bool saturated = false;
  /** Counts, -2048 to 2047. */
  EcgSamples samples;
};

using EcgFrame = FrameOf<80>;

/** 0021. */
EcgFrame encodeEcg(const EcgRecord& record);

enum class EcgLead : std::uint8_t { one = 1, two = 2 };

struct EcgFeature {
  std::uint16_t sampleRateHz = 250;
  std::uint32_t nanovoltPerCount = 0;
  EcgLead lead = EcgLead::one;
};

/** 0022. */
FrameOf<8> encodeEcgFeature(const EcgFeature& feature);

/** Gathers samples into frames; a lost sample begins a new one, with the right index. */
class EcgPacker {
 public:
  /** @returns true where `frame` has been given a full frame. */
  bool add(int counts, bool leadOff, bool saturated, EcgFrame& frame);
  /** `count` samples were never read. */
  void skip(std::uint32_t count);

 private:
  EcgRecord gathered_;
};

}  // namespace healthsense
