// Encodes records read from standard input, one a line, and prints their bytes: another implementation's frames can be compared with them.
// A line is the encoder's name and the record's fields in the order of frames.h or health-record.h; null for no value, 1 and 0 for true and false.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "../core/frames.h"
#include "../core/health-record.h"

namespace {

/** Long enough for every frame there is. */
using Frame = healthsense::FrameOf<80>;

template <std::size_t octets>
Frame longFrame(const healthsense::FrameOf<octets>& frame) {
  Frame copy;
  copy.bytes(frame.data(), frame.size());
  return copy;
}

class Fields {
 public:
  explicit Fields(const std::string& line) : stream_(line) {}

  bool text(std::string& word) { return static_cast<bool>(stream_ >> word); }

  double number() {
    std::string word;
    if (!text(word) || word == "null") return healthsense::noValue;
    return std::strtod(word.c_str(), nullptr);
  }

  bool flag() { return number() == 1; }
  std::int64_t integer() { return static_cast<std::int64_t>(number()); }

 private:
  std::istringstream stream_;
};

bool encode(const std::string& encoder, Fields& fields, Frame& frame) {
  if (encoder == "encodeHeartRate") {
    healthsense::HeartRecord record;
    record.heartRatePerMin = fields.number();
    record.contact = fields.flag();
    for (std::string word; fields.text(word);) record.rrIntervalsMs.push(std::strtod(word.c_str(), nullptr));
    frame = longFrame(healthsense::encodeHeartRate(record));
  } else if (encoder == "encodeOximeter") {
    healthsense::OximeterRecord record;
    record.spo2Percent = fields.number();
    record.pulseRatePerMin = fields.number();
    record.pulseAmplitudePercent = fields.number();
    record.questionable = fields.flag();
    record.lowPerfusion = fields.flag();
    record.offUser = fields.flag();
    frame = longFrame(healthsense::encodeOximeter(record));
  } else if (encoder == "encodeCuff") {
    healthsense::CuffRecord record;
    record.systolicMmHg = fields.number();
    record.diastolicMmHg = fields.number();
    record.meanMmHg = fields.number();
    record.pulseRatePerMin = fields.number();
    record.movement = fields.flag();
    record.cuffLoose = fields.flag();
    record.irregularPulse = fields.flag();
    record.takenAtMs = fields.integer();
    frame = longFrame(healthsense::encodeCuff(record));
  } else if (encoder == "encodeCgm") {
    healthsense::CgmRecord record;
    record.glucoseMgDl = fields.number();
    record.timeOffsetMinutes = static_cast<std::uint16_t>(fields.integer());
    record.trendMgDlPerMin = fields.number();
    record.qualityPercent = fields.number();
    frame = longFrame(healthsense::encodeCgm(record));
  } else if (encoder == "encodeRespiration") {
    healthsense::RespirationRecord record;
    record.respiratoryRatePerMin = fields.number();
    record.sensorOff = fields.flag();
    record.movement = fields.flag();
    record.questionable = fields.flag();
    frame = longFrame(healthsense::encodeRespiration(record));
  } else if (encoder == "encodeTemperature") {
    healthsense::TemperatureRecord record;
    record.temperatureCel = fields.number();
    record.takenAtMs = fields.integer();
    frame = longFrame(healthsense::encodeTemperature(record));
  } else if (encoder == "encodeBattery") {
    frame = longFrame(healthsense::encodeBattery(fields.number()));
  } else if (encoder == "encodeCurrentTime") {
    frame = longFrame(healthsense::encodeCurrentTime(fields.integer()));
  } else if (encoder == "encodeCgmStatus") {
    frame = longFrame(healthsense::encodeCgmStatus(static_cast<std::uint16_t>(fields.integer())));
  } else if (encoder == "encodeCgmSessionStart") {
    frame = longFrame(healthsense::encodeCgmSessionStart(fields.integer()));
  } else if (encoder == "encodeCgmFeatures") {
    frame = longFrame(healthsense::encodeCgmFeatures());
  } else if (encoder == "encodeOximeterFeatures") {
    frame = longFrame(healthsense::encodeOximeterFeatures());
  } else if (encoder == "encodeRecord") {
    healthsense::HealthRecord record;
    record.sequence = static_cast<std::uint32_t>(fields.integer());
    record.takenAtMs = fields.integer();
    record.quality = static_cast<std::uint16_t>(fields.integer());
    for (std::string kind; fields.text(kind);) record.values.set(static_cast<healthsense::Vital>(std::stoi(kind)), fields.number());
    frame = longFrame(healthsense::encodeRecord(record));
  } else if (encoder == "encodeEcg") {
    healthsense::EcgRecord record;
    record.sampleIndex = static_cast<std::uint32_t>(fields.integer());
    record.leadOff = fields.flag();
    record.saturated = fields.flag();
    for (std::string counts; fields.text(counts);) record.samples.push(std::stoi(counts));
    frame = longFrame(healthsense::encodeEcg(record));
  } else {
    return false;
  }
  return true;
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    Fields fields(line);
    std::string encoder;
    Frame frame;
    if (!fields.text(encoder) || !encode(encoder, fields, frame)) {
      std::fprintf(stderr, "no such encoder: %s\n", line.c_str());
      return 1;
    }
    for (std::size_t at = 0; at < frame.size(); ++at) std::printf(at == 0 ? "%02X" : " %02X", static_cast<unsigned>(frame.data()[at]));
    std::printf("\n");
  }
  return 0;
}
