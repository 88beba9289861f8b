// The flash ring: order, room, acknowledgement, and a power cut at every single step of its life.
#include "../core/flash-ring.h"

#include <array>
#include <set>

#include "check.h"
#include "simulated-flash.h"

using healthsense::FlashRing;
using healthsense::StoredRecord;

namespace {

constexpr std::size_t pageBytes = 128;
constexpr std::size_t pageCount = 4;

/** Size and contents follow from the number, so that a record found later can be checked. */
std::size_t payloadSize(std::uint32_t sequence) { return sequence * 7 % 24; }
std::uint8_t payloadOctet(std::uint32_t sequence, std::size_t at) { return static_cast<std::uint8_t>(sequence * 31 + at * 17); }

bool appendNumbered(FlashRing& ring) {
  const std::uint32_t expected = ring.nextSequence();
  std::array<std::uint8_t, StoredRecord::capacity> payload{};
  for (std::size_t at = 0; at < payloadSize(expected); ++at) payload[at] = payloadOctet(expected, at);
  std::uint32_t sequence = 0;
  return ring.append(static_cast<std::uint8_t>(expected % 5), payload.data(), payloadSize(expected), sequence) && sequence == expected;
}

bool isIntact(const StoredRecord& record) {
  if (record.size != payloadSize(record.sequence) || record.kind != record.sequence % 5) return false;
  for (std::size_t at = 0; at < record.size; ++at) {
    if (record.payload[at] != payloadOctet(record.sequence, at)) return false;
  }
  return true;
}

/** All numbers in the ring; checks that they rise and that each record is intact. */
std::set<std::uint32_t> contents(FlashRing& ring) {
  std::set<std::uint32_t> numbers;
  StoredRecord record;
  std::uint32_t after = 0;
  while (ring.next(after, record)) {
    CHECK(record.sequence > after);
    CHECK(isIntact(record));
    after = record.sequence;
    numbers.insert(after);
  }
  return numbers;
}

constexpr int lifeSteps = 70;

/** A fixed life: mostly appends, an acknowledgement now and then that leaves some pending, a long stretch without any. */
bool live(FlashRing& ring, int step) {
  const bool silent = step > 25 && step < 50;
  if (step % 4 == 3 && !silent && ring.nextSequence() > 3) {
    ring.acknowledge(ring.nextSequence() - 3);
    return true;
  }
  return appendNumbered(ring);
}

struct Lived {
  std::set<std::uint32_t> numbers;
  std::uint32_t acknowledged;
  std::uint32_t nextSequence;
};

Lived stateOf(FlashRing& ring) { return {contents(ring), ring.acknowledged(), ring.nextSequence()}; }

}  // namespace

RULE("records come back in order, numbered from 1, byte for byte, also after a restart") {
  SimulatedFlash flash(pageBytes, pageCount);
  FlashRing ring(flash);
  CHECK(ring.mount());
  for (int count = 0; count < 10; ++count) CHECK(appendNumbered(ring));
  CHECK(contents(ring).size() == 10);

  FlashRing again(flash);
  CHECK(again.mount());
  CHECK(contents(again).size() == 10);
  CHECK(again.nextSequence() == 11);
  CHECK(again.pending() == 10);
}

RULE("when full the oldest page makes room, and what was lost is counted") {
  SimulatedFlash flash(pageBytes, pageCount);
  FlashRing ring(flash);
  CHECK(ring.mount());
  for (int count = 0; count < 200; ++count) CHECK(appendNumbered(ring));
  const std::set<std::uint32_t> kept = contents(ring);
  CHECK(*kept.rbegin() == 200);
  CHECK(kept.size() == *kept.rbegin() - *kept.begin() + 1);
  CHECK(ring.lostRecords() + kept.size() == 200);
  CHECK(!flash.overwrote);
}

RULE("acknowledged records are passed over, and an acknowledgement outlives the page it was written in") {
  SimulatedFlash flash(pageBytes, pageCount);
  FlashRing ring(flash);
  CHECK(ring.mount());
  for (int count = 0; count < 8; ++count) CHECK(appendNumbered(ring));
  ring.acknowledge(6);
  StoredRecord record;
  CHECK(ring.nextPending(record) && record.sequence == 7);
  ring.acknowledge(3);
  ring.acknowledge(99);
  CHECK(ring.acknowledged() == 6);
  for (int count = 0; count < 100; ++count) {
    CHECK(appendNumbered(ring));
    ring.acknowledge(ring.nextSequence() - 1);
  }
  CHECK(ring.lostRecords() == 0);
  FlashRing again(flash);
  CHECK(again.mount());
  CHECK(again.pending() == 0);
  CHECK(!again.nextPending(record));
}

RULE("an acknowledgement never costs a pending record") {
  SimulatedFlash flash(pageBytes, pageCount);
  FlashRing ring(flash);
  CHECK(ring.mount());
  for (int count = 0; count < 60; ++count) CHECK(appendNumbered(ring));
  const std::set<std::uint32_t> before = contents(ring);
  for (const std::uint32_t sequence : before) {
    ring.acknowledge(sequence);
    for (const std::uint32_t pending : before) {
      StoredRecord record;
      if (pending > sequence) CHECK(ring.next(pending - 1, record) && record.sequence == pending);
    }
  }
  CHECK(ring.pending() == 0);
}

RULE("numbers go on after a restart although every record was acknowledged and erased") {
  SimulatedFlash flash(pageBytes, pageCount);
  FlashRing ring(flash);
  CHECK(ring.mount());
  CHECK(appendNumbered(ring));
  for (int round = 0; round < 300; ++round) {
    CHECK(appendNumbered(ring));
    ring.acknowledge(ring.nextSequence() - 1);
    FlashRing again(flash);
    CHECK(again.mount());
    CHECK(again.nextSequence() == ring.nextSequence());
  }
}

RULE("a power cut at any step loses nothing that was stored and invents nothing") {
  SimulatedFlash measured(pageBytes, pageCount);
  {
    FlashRing ring(measured);
    CHECK(ring.mount());
    for (int step = 0; step < lifeSteps; ++step) CHECK(live(ring, step));
  }
  CHECK(!measured.overwrote);
  long recovered = 0;
  for (long cut = 0; cut < measured.stepsTaken; ++cut) {
    SimulatedFlash flash(pageBytes, pageCount);
    SimulatedFlash twin(pageBytes, pageCount);
    FlashRing ring(flash);
    FlashRing uncut(twin);
    CHECK(ring.mount() && uncut.mount());
    flash.stepsLeft = cut;
    Lived before = stateOf(uncut);
    int step = 0;
    for (; flash.hasPower; ++step) {
      before = stateOf(uncut);
      live(uncut, step);
      live(ring, step);
    }
    const Lived after = stateOf(uncut);
    flash.powerUp();
    FlashRing found(flash);
    CHECK(found.mount());
    const Lived now = stateOf(found);

    for (const std::uint32_t number : now.numbers) CHECK(before.numbers.count(number) + after.numbers.count(number) > 0);
    for (const std::uint32_t number : before.numbers) {
      // What the step was about to erase may be gone already.
      if (after.numbers.count(number) > 0) CHECK(now.numbers.count(number) > 0);
    }
    CHECK(now.nextSequence == before.nextSequence || now.nextSequence == after.nextSequence);
    CHECK(now.acknowledged == before.acknowledged || now.acknowledged == after.acknowledged);

    for (int count = 0; count < 12; ++count) CHECK(appendNumbered(found));
    CHECK(found.nextSequence() == now.nextSequence + 12);
    CHECK(*contents(found).rbegin() == now.nextSequence + 11);
    CHECK(!flash.overwrote);
    recovered += 1;
  }
  std::printf("  %ld cuts, %ld recovered\n", measured.stepsTaken, recovered);
}

RULE("cut again and again while recovering, the ring still finds its records") {
  SimulatedFlash flash(pageBytes, pageCount);
  std::uint32_t stored = 0;
  for (long round = 0; round < 2000; ++round) {
    flash.powerUp();
    FlashRing ring(flash);
    CHECK(ring.mount());
    CHECK(ring.nextSequence() - 1 >= stored);
    flash.stepsLeft = round * 37 % 61;
    while (flash.hasPower) {
      if (appendNumbered(ring)) stored = ring.nextSequence() - 1;
    }
  }
  flash.powerUp();
  FlashRing ring(flash);
  CHECK(ring.mount());
  CHECK(contents(ring).count(stored) == 1);
  CHECK(!flash.overwrote);
}

RULE("a record that rotted is passed over and hides none behind it") {
  SimulatedFlash flash(pageBytes, pageCount);
  FlashRing ring(flash);
  CHECK(ring.mount());
  for (int count = 0; count < 12; ++count) CHECK(appendNumbered(ring));
  const std::vector<std::uint8_t> good = flash.bytes;
  for (std::size_t at = 18; at < good.size(); ++at) {
    flash.bytes = good;
    flash.bytes[at] ^= 0x10;
    FlashRing found(flash);
    CHECK(found.mount());
    const std::set<std::uint32_t> numbers = contents(found);
    // A header that rotted hides its page; anything else costs one record.
    if (at % pageBytes >= 18) CHECK(numbers.size() >= 11);
    for (int count = 0; count < 3; ++count) CHECK(appendNumbered(found));
  }
}

RULE("a page that cannot be written is passed over") {
  SimulatedFlash flash(pageBytes, pageCount);
  flash.badPage = 2;
  FlashRing ring(flash);
  CHECK(ring.mount());
  for (int count = 0; count < 100; ++count) CHECK(appendNumbered(ring));
  CHECK(*contents(ring).rbegin() == 100);
}

RULE("garbage is an empty ring, and too small a flash is refused") {
  SimulatedFlash flash(pageBytes, pageCount);
  std::uint32_t random = 12345;
  for (std::uint8_t& octet : flash.bytes) {
    random = random * 1664525 + 1013904223;
    octet = static_cast<std::uint8_t>(random >> 24);
  }
  FlashRing ring(flash);
  CHECK(ring.mount());
  CHECK(contents(ring).empty());
  CHECK(appendNumbered(ring));
  CHECK(contents(ring).size() == 1);

  SimulatedFlash onePage(pageBytes, 1);
  CHECK(!FlashRing(onePage).mount());
  SimulatedFlash tiny(32, 4);
  CHECK(!FlashRing(tiny).mount());
}

RULE("a payload that is too large is refused and nothing is stored") {
  SimulatedFlash flash(pageBytes, pageCount);
  FlashRing ring(flash);
  CHECK(ring.mount());
  std::array<std::uint8_t, StoredRecord::capacity + 1> payload{};
  std::uint32_t sequence = 0;
  CHECK(!ring.append(1, payload.data(), payload.size(), sequence));
  CHECK(!ring.append(255, payload.data(), 1, sequence));
  CHECK(ring.nextSequence() == 1);
  CHECK(ring.append(1, payload.data(), StoredRecord::capacity, sequence) && sequence == 1);
}
