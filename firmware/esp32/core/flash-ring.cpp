// The flash ring. Every change is one write or one erase, and each leaves a state that mount() understands wherever it is cut.
#include "flash-ring.h"

#include <cstring>

#include "crc16.h"

namespace healthsense {
namespace {

constexpr std::uint32_t magic = 0x31525348;  // "HSR1"
constexpr std::size_t headerBytes = 18;
constexpr std::size_t recordHeadBytes = 6;
constexpr std::size_t crcBytes = 2;
constexpr std::size_t largestRecordBytes = recordHeadBytes + StoredRecord::capacity + crcBytes;
/** Its sequence is the acknowledged one; it has no payload. */
constexpr std::uint8_t acknowledgementKind = 255;
constexpr std::uint8_t erased = 0xff;

std::size_t recordBytes(std::size_t payloadSize) { return recordHeadBytes + payloadSize + crcBytes; }

void putLittleEndian(std::uint8_t* bytes, std::uint32_t value, std::size_t octets) {
  for (std::size_t octet = 0; octet < octets; ++octet) bytes[octet] = static_cast<std::uint8_t>(value >> (8 * octet));
}

std::uint32_t getLittleEndian(const std::uint8_t* bytes, std::size_t octets) {
  std::uint32_t value = 0;
  for (std::size_t octet = 0; octet < octets; ++octet) value |= static_cast<std::uint32_t>(bytes[octet]) << (8 * octet);
  return value;
}

bool crcIsRight(const std::uint8_t* bytes, std::size_t sizeWithCrc) {
  const std::size_t body = sizeWithCrc - crcBytes;
  return crc16(bytes, body) == getLittleEndian(bytes + body, crcBytes);
}

void addCrc(std::uint8_t* bytes, std::size_t sizeWithCrc) {
  const std::size_t body = sizeWithCrc - crcBytes;
  putLittleEndian(bytes + body, crc16(bytes, body), crcBytes);
}

}  // namespace

bool FlashRing::mount() {
  pageCount_ = flash_.pageCount() < mostPages ? flash_.pageCount() : mostPages;
  if (pageCount_ < 2 || flash_.pageBytes() < headerBytes + largestRecordBytes) return false;
  pages_ = {};
  hasHead_ = false;
  nextSequence_ = 1;
  acknowledged_ = 0;
  lostRecords_ = 0;
  generation_ = 0;
  cursorSequence_ = 0;
  cursorOffset_ = 0;
  std::uint8_t probe = 0;
  if (!flash_.read(0, &probe, 1)) return false;
  for (std::size_t page = 0; page < pageCount_; ++page) {
    if (!readHeader(page)) continue;
    scan(page);
    if (hasHead_ && pages_[page].generation < pages_[head_].generation) continue;
    head_ = page;
    hasHead_ = true;
  }
  if (acknowledged_ >= nextSequence_) acknowledged_ = nextSequence_ - 1;
  return true;
}

bool FlashRing::readHeader(std::size_t page) {
  std::array<std::uint8_t, headerBytes> bytes{};
  if (!flash_.read(page * flash_.pageBytes(), bytes.data(), bytes.size())) return false;
  if (getLittleEndian(bytes.data(), 4) != magic || !crcIsRight(bytes.data(), bytes.size())) return false;
  Page& found = pages_[page];
  found.valid = true;
  found.generation = getLittleEndian(&bytes[4], 4);
  found.opensWith = getLittleEndian(&bytes[8], 4);
  found.endsAt = headerBytes;
  found.closed = false;
  if (found.generation > generation_) generation_ = found.generation;
  const std::uint32_t acknowledged = getLittleEndian(&bytes[12], 4);
  if (found.opensWith > nextSequence_) nextSequence_ = found.opensWith;
  if (acknowledged > acknowledged_) acknowledged_ = acknowledged;
  return true;
}

void FlashRing::scan(std::size_t page) {
  Page& found = pages_[page];
  std::size_t offset = headerBytes;
  StoredRecord record;
  while (offset + recordBytes(0) <= flash_.pageBytes()) {
    if (readRecord(page, offset, record)) {
      offset += recordBytes(record.size);
      take(found, record, offset);
      continue;
    }
    if (!found.closed && isBlank(page, offset)) return;
    // A record that rotted must not hide the good ones behind it.
    found.closed = true;
    offset += 1;
  }
  if (!isBlank(page, found.endsAt)) found.closed = true;
}

void FlashRing::take(Page& page, const StoredRecord& record, std::size_t endsAt) {
  page.endsAt = endsAt;
  if (record.kind == acknowledgementKind) {
    if (record.sequence > acknowledged_) acknowledged_ = record.sequence;
    return;
  }
  if (page.records == 0) page.firstSequence = record.sequence;
  page.lastSequence = record.sequence;
  page.records += 1;
  if (record.sequence >= nextSequence_) nextSequence_ = record.sequence + 1;
}

/** Records whose number cannot be in this page are chance patterns in torn octets. */
bool FlashRing::readRecord(std::size_t page, std::size_t offset, StoredRecord& record) {
  std::array<std::uint8_t, largestRecordBytes> bytes{};
  const std::size_t room = flash_.pageBytes() - offset;
  const std::size_t readable = room < bytes.size() ? room : bytes.size();
  if (readable < recordBytes(0) || !flash_.read(page * flash_.pageBytes() + offset, bytes.data(), readable)) return false;
  const std::size_t payloadSize = bytes[0];
  if (payloadSize > StoredRecord::capacity || recordBytes(payloadSize) > readable) return false;
  if (!crcIsRight(bytes.data(), recordBytes(payloadSize))) return false;
  record.kind = bytes[1];
  record.sequence = getLittleEndian(&bytes[2], 4);
  record.size = static_cast<std::uint8_t>(payloadSize);
  std::memcpy(record.payload.data(), &bytes[recordHeadBytes], payloadSize);
  if (record.kind == acknowledgementKind) return payloadSize == 0;
  return record.sequence >= pages_[page].opensWith && record.sequence - pages_[page].opensWith < flash_.pageBytes();
}

bool FlashRing::isBlank(std::size_t page, std::size_t offset) {
  std::array<std::uint8_t, 64> bytes{};
  while (offset < flash_.pageBytes()) {
    const std::size_t left = flash_.pageBytes() - offset;
    const std::size_t size = left < bytes.size() ? left : bytes.size();
    if (!flash_.read(page * flash_.pageBytes() + offset, bytes.data(), size)) return false;
    for (std::size_t at = 0; at < size; ++at) {
      if (bytes[at] != erased) return false;
    }
    offset += size;
  }
  return true;
}

bool FlashRing::append(std::uint8_t kind, const std::uint8_t* payload, std::size_t size, std::uint32_t& sequence) {
  if (size > StoredRecord::capacity || kind == acknowledgementKind || pageCount_ == 0) return false;
  if (!put(kind, nextSequence_, payload, size)) return false;
  sequence = nextSequence_ - 1;
  return true;
}

bool FlashRing::put(std::uint8_t kind, std::uint32_t sequence, const std::uint8_t* payload, std::size_t size) {
  if (hasRoom(size) && writeRecord(kind, sequence, payload, size)) return true;
  return openNextPage() && writeRecord(kind, sequence, payload, size);
}

bool FlashRing::hasRoom(std::size_t payloadSize) const {
  return hasHead_ && !pages_[head_].closed && pages_[head_].endsAt + recordBytes(payloadSize) <= flash_.pageBytes();
}

bool FlashRing::writeRecord(std::uint8_t kind, std::uint32_t sequence, const std::uint8_t* payload, std::size_t size) {
  std::array<std::uint8_t, largestRecordBytes> bytes{};
  bytes[0] = static_cast<std::uint8_t>(size);
  bytes[1] = kind;
  putLittleEndian(&bytes[2], sequence, 4);
  if (size > 0) std::memcpy(&bytes[recordHeadBytes], payload, size);
  addCrc(bytes.data(), recordBytes(size));

  Page& page = pages_[head_];
  const std::size_t offset = page.endsAt;
  StoredRecord written;
  if (!flash_.write(head_ * flash_.pageBytes() + offset, bytes.data(), recordBytes(size)) ||
      !readRecord(head_, offset, written) || written.kind != kind || written.sequence != sequence || written.size != size ||
      std::memcmp(written.payload.data(), &bytes[recordHeadBytes], size) != 0) {
    page.closed = true;
    return false;
  }
  take(page, written, offset + recordBytes(size));
  return true;
}

/** Pages that cannot be erased or written are passed over; the one being left is never taken. */
bool FlashRing::openNextPage() {
  if (!hasHead_) {
    for (std::size_t page = 0; page < pageCount_; ++page) {
      if (openPage(page)) return true;
    }
    return false;
  }
  const std::size_t left = head_;
  // A page torn before its first record holds nothing: using it again keeps a run of power cuts from eating the ring.
  if (pages_[left].closed && pages_[left].records == 0 && openPage(left)) return true;
  for (std::size_t steps = 1; steps < pageCount_; ++steps) {
    if (openPage((left + steps) % pageCount_)) return true;
  }
  return false;
}

bool FlashRing::openPage(std::size_t page) {
  lostRecords_ += pendingIn(pages_[page]);
  if (cursorPage_ == page) cursorSequence_ = 0;
  pages_[page] = Page{};
  pages_[page].closed = true;
  if (!flash_.erasePage(page)) return false;

  std::array<std::uint8_t, headerBytes> bytes{};
  putLittleEndian(bytes.data(), magic, 4);
  putLittleEndian(&bytes[4], generation_ + 1, 4);
  putLittleEndian(&bytes[8], nextSequence_, 4);
  putLittleEndian(&bytes[12], acknowledged_, 4);
  addCrc(bytes.data(), bytes.size());
  if (!flash_.write(page * flash_.pageBytes(), bytes.data(), bytes.size())) return false;
  if (!readHeader(page) || !isBlank(page, headerBytes)) {
    pages_[page] = Page{};
    pages_[page].closed = true;
    return false;
  }
  head_ = page;
  hasHead_ = true;
  return true;
}

std::uint32_t FlashRing::pendingIn(const Page& page) const {
  if (!page.valid || page.records == 0 || page.lastSequence <= acknowledged_) return 0;
  const std::uint32_t before = page.firstSequence - 1 > acknowledged_ ? page.firstSequence - 1 : acknowledged_;
  return page.lastSequence - before;
}

bool FlashRing::next(std::uint32_t sequence, StoredRecord& record) {
  for (;;) {
    const Page* best = nullptr;
    std::size_t bestPage = 0;
    for (std::size_t page = 0; page < pageCount_; ++page) {
      const Page& candidate = pages_[page];
      if (!candidate.valid || candidate.records == 0 || candidate.lastSequence <= sequence) continue;
      if (best != nullptr && candidate.firstSequence >= best->firstSequence) continue;
      best = &candidate;
      bestPage = page;
    }
    if (best == nullptr) return false;
    if (findAfter(bestPage, sequence, record)) return true;
    sequence = best->lastSequence;
  }
}

bool FlashRing::findAfter(std::size_t page, std::uint32_t sequence, StoredRecord& record) {
  const bool readsOn = sequence != 0 && sequence == cursorSequence_ && page == cursorPage_;
  std::size_t offset = readsOn ? cursorOffset_ : headerBytes;
  while (offset < pages_[page].endsAt) {
    if (!readRecord(page, offset, record)) {
      offset += 1;
      continue;
    }
    offset += recordBytes(record.size);
    if (record.kind == acknowledgementKind || record.sequence <= sequence) continue;
    cursorPage_ = page;
    cursorOffset_ = offset;
    cursorSequence_ = record.sequence;
    return true;
  }
  return false;
}

void FlashRing::acknowledge(std::uint32_t sequence) {
  if (sequence <= acknowledged_ || sequence >= nextSequence_) return;
  acknowledged_ = sequence;
  if (hasRoom(0) && writeRecord(acknowledgementKind, sequence, nullptr, 0)) return;
  // The header of a new page tells it, once that page costs nothing that is still wanted.
  if (pendingIn(pages_[pageAfterHead(1)]) == 0) openNextPage();
}

}  // namespace healthsense
