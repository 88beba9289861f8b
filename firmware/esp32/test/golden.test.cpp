// Every record of protocol/golden.json encodes to its bytes.
#include <string>

#include "../core/frames.h"
#include "check.h"
#include "golden.h"

namespace {

template <typename Record>
Record recordOf(healthsense::Frame (*)(const Record&));

std::string hexOf(const healthsense::Frame& frame) {
  constexpr const char* digits = "0123456789ABCDEF";
  std::string text;
  for (std::size_t at = 0; at < frame.size(); ++at) {
    if (at > 0) text += ' ';
    text += digits[frame.data()[at] >> 4];
    text += digits[frame.data()[at] & 0xf];
  }
  return text;
}

int seen = 0;

}  // namespace

#define GOLDEN(name, encoder, hex, ...)                                                        \
  {                                                                                            \
    decltype(recordOf(&healthsense::encoder)) record{};                                        \
    __VA_ARGS__                                                                                \
    const std::string bytes = hexOf(healthsense::encoder(record));                             \
    if (!CHECK(bytes == (hex))) std::printf("    %s: %s, golden %s\n", name, bytes.c_str(), hex); \
    seen += 1;                                                                                 \
  }

RULE("golden frames: the record encodes to the bytes") {
  GOLDEN_FRAMES
  CHECK(seen == GOLDEN_COUNT);
  std::printf("  %d golden frames\n", seen);
}
