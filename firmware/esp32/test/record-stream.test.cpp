// The record stream of one link: each record once, in order, from where the console asks; and electrocardiogram frames without a hole.
#include "../core/record-stream.h"

#include <cmath>
#include <vector>

#include "../core/vital-records.h"
#include "check.h"
#include "simulated-flash.h"

using namespace healthsense;

namespace {

constexpr std::uint32_t store = 77;

struct Bench {
  explicit Bench(std::size_t pages = 8) : flash(512, pages), ring(flash), stream(ring) {
    CHECK(ring.mount());
    stream.setStore(store);
  }

  void make(int count) {
    for (int made = 0; made < count; ++made) {
      HealthRecord record;
      record.takenAtMs = 1000 + made;
      record.values.set(Vital::spo2, 97);
      const RecordBody body = encodeRecordBody(record);
      std::uint32_t sequence = 0;
      CHECK(ring.append(1, body.data(), body.size(), sequence));
    }
  }

  ControlAnswer ask(std::uint8_t op, std::uint32_t sequence, bool isProved = true) {
    const std::uint8_t bytes[5] = {op, static_cast<std::uint8_t>(sequence), static_cast<std::uint8_t>(sequence >> 8U), 0, 0};
    return stream.ask(bytes, op == 3 ? 1 : 5, isProved);
  }

  std::vector<std::uint32_t> hear(std::size_t most = 1000) {
    std::vector<std::uint32_t> heard;
    RecordFrame frame;
    while (heard.size() < most && stream.peek(frame)) {
      heard.push_back(frame.data()[0] | static_cast<std::uint32_t>(frame.data()[1]) << 8U);
      CHECK(frame.size() == 14);
      stream.sent();
    }
    return heard;
  }

  SimulatedFlash flash;
  FlashRing ring;
  RecordStream stream;
};

bool isRun(const std::vector<std::uint32_t>& heard, std::uint32_t from, std::uint32_t to) {
  if (heard.size() != to - from + 1) return false;
  for (std::size_t at = 0; at < heard.size(); ++at) {
    if (heard[at] != from + at) return false;
  }
  return true;
}

bool says(const ControlAnswer& answer, ControlStatus status, std::uint32_t oldest, std::uint32_t newest) {
  return answer.status == static_cast<std::uint8_t>(status) && answer.oldest == oldest && answer.newest == newest;
}

}  // namespace

RULE("the past comes first, then what is made, each once and in order") {
  Bench bench;
  bench.make(20);
  CHECK(bench.hear().empty());
  CHECK(says(bench.ask(1, 0), ControlStatus::done, 1, 20));
  CHECK(isRun(bench.hear(), 1, 20));
  bench.make(3);
  CHECK(isRun(bench.hear(), 21, 23));
  CHECK(bench.hear().empty());
}

RULE("a record that the radio did not take is sent later, not skipped") {
  Bench bench;
  bench.make(2);
  bench.ask(1, 0);
  RecordFrame frame;
  CHECK(bench.stream.peek(frame));
  CHECK(isRun(bench.hear(), 1, 2));
}

RULE("after a cut the console asks from where it is, and what it had acknowledged is gone") {
  Bench bench;
  bench.make(10);
  bench.ask(1, 0);
  CHECK(isRun(bench.hear(6), 1, 6));
  CHECK(says(bench.ask(2, 6), ControlStatus::done, 7, 10));
  bench.stream.forget();
  bench.make(5);
  CHECK(bench.hear().empty());
  CHECK(says(bench.ask(1, 7), ControlStatus::done, 7, 15));
  CHECK(isRun(bench.hear(), 7, 15));
  CHECK(says(bench.ask(1, 3), ControlStatus::noSuchSequence, 7, 15));
  CHECK(isRun(bench.hear(), 7, 15));
  CHECK(says(bench.ask(2, 15), ControlStatus::done, 16, 15));
  CHECK(says(bench.ask(1, 16), ControlStatus::done, 16, 15));
}

RULE("who has not proved himself is told nothing and frees nothing") {
  Bench bench;
  bench.make(4);
  CHECK(says(bench.ask(2, 4, false), ControlStatus::notProved, 0, 0));
  CHECK(says(bench.ask(1, 0, false), ControlStatus::notProved, 0, 0));
  CHECK(bench.hear().empty());
  CHECK(bench.ring.pending() == 4);
}

RULE("numbers that were never given and requests that are none are refused; stop stops") {
  Bench bench;
  bench.make(2);
  CHECK(says(bench.ask(2, 3), ControlStatus::badOperand, 1, 2));
  CHECK(says(bench.ask(1, 4), ControlStatus::badOperand, 1, 2));
  CHECK(says(bench.stream.ask(nullptr, 0, true), ControlStatus::badOperand, 1, 2));
  CHECK(bench.hear().empty());
  CHECK(bench.ask(1, 0).store == store);
  bench.ask(3, 0);
  CHECK(bench.hear().empty());
}

RULE("a full ring overwrites the oldest, and a stream goes on with what is left") {
  Bench bench(3);
  bench.make(10);
  bench.ask(1, 0);
  CHECK(isRun(bench.hear(2), 1, 2));
  bench.make(200);
  const std::vector<std::uint32_t> left = bench.hear();
  CHECK(!left.empty() && left.front() > 3);
  CHECK(isRun(left, left.front(), 210));
  CHECK(bench.ask(1, 3).status == static_cast<std::uint8_t>(ControlStatus::noSuchSequence));
}

RULE("electrocardiogram frames follow each other by fifty; lost samples show in the index") {
  EcgPacker packer;
  EcgFrame frame;
  int frames = 0;
  for (int at = 0; at < 100; ++at) {
    if (packer.add(at, at == 60, false, frame)) {
      CHECK(frame.size() == 80);
      CHECK(frame.data()[0] == 50 * frames);
      CHECK(frame.data()[4] == (frames == 1 ? 1 : 0));
      frames += 1;
    }
  }
  CHECK(frames == 2);
  for (int at = 0; at < 10; ++at) CHECK(!packer.add(0, false, false, frame));
  packer.skip(5);
  for (int at = 0; at < 50; ++at) packer.add(-1, false, true, frame);
  CHECK(frame.data()[0] == 115);
  CHECK(frame.data()[4] == 2);
  CHECK(frame.data()[5] == 0xff && frame.data()[79] == 0xff);
}

RULE("values of one quality share a record, a cuff's missing mean is left out, and no clock is said to be none") {
  OximeterRecord oxygen;
  oxygen.spo2Percent = 96;
  oxygen.pulseRatePerMin = 71;
  HealthRecord record = heartRecordOf(70, false, 5000);
  CHECK(join(record, oximeterRecordOf(oxygen, 5000)));
  CHECK(record.values.present() == 0b111 && record.quality == 0 && record.takenAtMs == 5000);
  oxygen.questionable = true;
  HealthRecord alone = heartRecordOf(70, false, 5000);
  CHECK(!join(alone, oximeterRecordOf(oxygen, 5000)));
  CHECK(alone.values.present() == 1);

  CuffRecord cuff;
  cuff.systolicMmHg = 120;
  cuff.diastolicMmHg = 80;
  cuff.pulseRatePerMin = 70;
  cuff.takenAtMs = unknownTimeMs;
  const HealthRecord pressure = cuffRecordOf(cuff);
  CHECK(pressure.values.present() == 0b11010 && pressure.takenAtMs == 0 && pressure.quality == quality::clockUnset);
  CuffRecord failed;
  failed.cuffLoose = true;
  CHECK(cuffRecordOf(failed).values.present() == 0b111010);
  const HealthRecord off = heartRecordOf(70, true, 5000);
  CHECK(off.quality == quality::sensorOff && std::isnan(off.values.at(0)));
}
