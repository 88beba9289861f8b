// A ring buffer of numbered records in flash: survives a power cut at any octet, forgets nothing unacknowledged until it is full.
//
// page    header, records, 0xFF to the end
// header  magic u32, generation u32, next sequence u32, acknowledged u32, CRC u16
// record  payload size u8, kind u8, sequence u32, payload, CRC u16
//
// The page with the highest generation is the one being written. A record counts when its CRC is right, so a torn one never was.
// Whatever follows a torn record is left alone: writing goes on in the next page. Acknowledgements are records too, and every
// header carries the newest, so that erasing the oldest page never takes it back.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "flash.h"

namespace healthsense {

struct StoredRecord {
  static constexpr std::size_t capacity = 32;

  std::uint32_t sequence = 0;
  /** The caller's own, below 255. */
  std::uint8_t kind = 0;
  std::uint8_t size = 0;
  std::array<std::uint8_t, capacity> payload{};
};

class FlashRing {
 public:
  static constexpr std::size_t mostPages = 160;

  /** @param flash outlives the ring; at least two pages, of which the first 160 are used. */
  explicit FlashRing(Flash& flash) : flash_(flash) {}

  /** Finds what is in the flash. Call once, before all else. @returns false where the flash cannot serve as a ring or cannot be read. */
  bool mount();

  /**
   * Writes a record and reads it back. The oldest page goes when there is no room; see lostRecords().
   * @param sequence given the record's number: 1 more than that of the record before it.
   * @returns false, and stores nothing, where the payload is too large or the flash failed.
   */
  bool append(std::uint8_t kind, const std::uint8_t* payload, std::size_t size, std::uint32_t& sequence);

  /** The first record after `sequence`, acknowledged or not. @returns false where there is none. */
  bool next(std::uint32_t sequence, StoredRecord& record);

  /** The first record nobody has acknowledged. */
  bool nextPending(StoredRecord& record) { return next(acknowledged_, record); }

  /**
   * Records up to and including `sequence` need not be kept. Going back, or ahead of the newest record, has no effect.
   * Holds at once; after a power cut it may be forgotten where writing it would have cost a pending record.
   */
  void acknowledge(std::uint32_t sequence);

  /** 0: none yet. */
  std::uint32_t acknowledged() const { return acknowledged_; }
  /** The number the next record gets. The first is 1. */
  std::uint32_t nextSequence() const { return nextSequence_; }
  /** Numbers not acknowledged; a few may be gone where the ring was full. */
  std::uint32_t pending() const { return nextSequence_ - 1 - acknowledged_; }
  /** Since mount: unacknowledged records that had to make room. */
  std::uint32_t lostRecords() const { return lostRecords_; }

 private:
  struct Page {
    bool valid = false;
    std::uint32_t generation = 0;
    /** What the header says came next when the page was opened. */
    std::uint32_t opensWith = 0;
    /** Of the records in it; 0: it has none. */
    std::uint32_t firstSequence = 0;
    std::uint32_t lastSequence = 0;
    std::uint32_t records = 0;
    /** Where the last good record ends. */
    std::size_t endsAt = 0;
    /** Nothing may be written after endsAt: what is there is torn. */
    bool closed = false;
  };

  bool readHeader(std::size_t page);
  void scan(std::size_t page);
  void take(Page& page, const StoredRecord& record, std::size_t endsAt);
  bool readRecord(std::size_t page, std::size_t offset, StoredRecord& record);
  bool findAfter(std::size_t page, std::uint32_t sequence, StoredRecord& record);
  bool isBlank(std::size_t page, std::size_t offset);
  bool hasRoom(std::size_t payloadSize) const;
  bool put(std::uint8_t kind, std::uint32_t sequence, const std::uint8_t* payload, std::size_t size);
  bool writeRecord(std::uint8_t kind, std::uint32_t sequence, const std::uint8_t* payload, std::size_t size);
  bool openNextPage();
  bool openPage(std::size_t page);
  std::uint32_t pendingIn(const Page& page) const;
  std::size_t pageAfterHead(std::size_t steps) const { return (head_ + steps) % pageCount_; }

  Flash& flash_;
  std::array<Page, mostPages> pages_{};
  std::size_t pageCount_ = 0;
  std::size_t head_ = 0;
  bool hasHead_ = false;
  std::uint32_t generation_ = 0;
  std::uint32_t nextSequence_ = 1;
  std::uint32_t acknowledged_ = 0;
  std::uint32_t lostRecords_ = 0;
  /** Where the record after `cursorSequence_` was found last: reading on is then one step. */
  std::size_t cursorPage_ = 0;
  std::size_t cursorOffset_ = 0;
  std::uint32_t cursorSequence_ = 0;
};

}  // namespace healthsense
