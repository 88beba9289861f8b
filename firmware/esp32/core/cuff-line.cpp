// The cuff's text line. Three whole numbers in the order of the anatomy, or it is noise on the wire.
#include "cuff-line.h"

namespace healthsense {
namespace {

constexpr int leastMmHg = 20;
constexpr int mostMmHg = 300;
constexpr int leastPulse = 20;
constexpr int mostPulse = 300;
constexpr std::size_t values = 3;
constexpr std::size_t mostDigits = 3;

bool isDigit(char octet) { return octet >= '0' && octet <= '9'; }

}  // namespace

bool CuffLine::add(char octet, CuffRecord& record) {
  if (octet != '\r' && octet != '\n') {
    if (size_ == capacity) {
      tooLong_ = true;
    } else {
      line_[size_++] = octet;
    }
    return false;
  }
  const bool isMeasurement = !tooLong_ && size_ > 0 && read(record);
  size_ = 0;
  tooLong_ = false;
  return isMeasurement;
}

bool CuffLine::read(CuffRecord& record) const {
  if (size_ >= 3 && line_[0] == 'E' && line_[1] == 'R' && line_[2] == 'R') {
    record = CuffRecord{};
    return true;
  }
  std::array<int, values> numbers{};
  std::size_t at = 0;
  for (std::size_t number = 0; number < values; ++number) {
    while (at < size_ && line_[at] == ' ') ++at;
    std::size_t digits = 0;
    for (; at < size_ && isDigit(line_[at]) && digits < mostDigits; ++at, ++digits) numbers[number] = numbers[number] * 10 + (line_[at] - '0');
    while (at < size_ && line_[at] == ' ') ++at;
    const bool isLast = number + 1 == values;
    if (digits == 0 || (!isLast && (at >= size_ || line_[at] != ','))) return false;
    if (!isLast) ++at;
  }
  if (at != size_) return false;
  const auto [systolic, diastolic, pulse] = numbers;
  if (diastolic < leastMmHg || systolic > mostMmHg || diastolic >= systolic || pulse < leastPulse || pulse > mostPulse) return false;
  // The module does not measure the mean: it stays without a value.
  record = CuffRecord{};
  record.systolicMmHg = systolic;
  record.diastolicMmHg = diastolic;
  record.pulseRatePerMin = pulse;
  return true;
}

}  // namespace healthsense
