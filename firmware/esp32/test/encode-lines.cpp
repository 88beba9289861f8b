// Encodes records read from standard input, one a line, and prints their bytes: another implementation's frames can be compared with them.
// A line is the encoder's name and the record's fields in the order of frames.h; null for no value, 1 and 0 for true and false.
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "../core/frames.h"

namespace {

using healthsense::Frame;

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
    frame = healthsense::encodeHeartRate(record);
  } else if (encoder == "encodeOximeter") {
    healthsense::OximeterRecord record;
    record.spo2Percent = fields.number();
    record.pulseRatePerMin = fields.number();
    record.pulseAmplitudePercent = fields.number();
    record.questionable = fields.flag();
    record.lowPerfusion = fields.flag();
    record.offUser = fields.flag();
    frame = healthsense::encodeOximeter(record);
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
    frame = healthsense::encodeCuff(record);
  } else if (encoder == "encodeCgm") {
    healthsense::CgmRecord record;
    record.glucoseMgDl = fields.number();
    record.timeOffsetMinutes = static_cast<std::uint16_t>(fields.integer());
    record.trendMgDlPerMin = fields.number();
    record.qualityPercent = fields.number();
    frame = healthsense::encodeCgm(record);
  } else if (encoder == "encodeRespiration") {
    healthsense::RespirationRecord record;
    record.respiratoryRatePerMin = fields.number();
    record.sensorOff = fields.flag();
    record.movement = fields.flag();
    record.questionable = fields.flag();
    frame = healthsense::encodeRespiration(record);
  } else if (encoder == "encodeTemperature") {
    healthsense::TemperatureRecord record;
    record.temperatureCel = fields.number();
    record.takenAtMs = fields.integer();
    frame = healthsense::encodeTemperature(record);
  } else if (encoder == "encodeBattery") {
    frame = healthsense::encodeBattery(fields.number());
  } else if (encoder == "encodeCurrentTime") {
    frame = healthsense::encodeCurrentTime(fields.integer());
  } else if (encoder == "encodeCgmStatus") {
    frame = healthsense::encodeCgmStatus(static_cast<std::uint16_t>(fields.integer()));
  } else if (encoder == "encodeCgmSessionStart") {
    frame = healthsense::encodeCgmSessionStart(fields.integer());
  } else if (encoder == "encodeCgmFeatures") {
    frame = healthsense::encodeCgmFeatures();
  } else if (encoder == "encodeOximeterFeatures") {
    frame = healthsense::encodeOximeterFeatures();
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
