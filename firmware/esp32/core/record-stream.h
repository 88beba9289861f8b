// What a console may ask of the stored records: stream, acknowledge, stop. The state of one link over the flash ring.
#pragma once

#include "flash-ring.h"
#include "health-record.h"

namespace healthsense {

class RecordStream {
 public:
  /** @param ring outlives the stream. */
  explicit RecordStream(FlashRing& ring) : ring_(ring) {}

  /** The random number of the store, never 0. */
  void setStore(std::uint32_t store) { store_ = store; }

  /** Control was written. Call before the next record is sent, and indicate the answer before it. */
  ControlAnswer ask(const std::uint8_t* bytes, std::size_t size, bool isProved);

  /** The record to send now. @returns false where the link has heard everything, or asked for nothing. */
  bool peek(RecordFrame& frame);
  /** What peek() gave is on its way. */
  void sent() { after_ = peeked_; }

  /** The link ended. */
  void forget() { isStreaming_ = false; }

 private:
  ControlStatus done(const ControlRequest& request);
  std::uint32_t oldest();

  FlashRing& ring_;
  std::uint32_t store_ = 0;
  bool isStreaming_ = false;
  /** The last record sent: what follows it is next. */
  std::uint32_t after_ = 0;
  std::uint32_t peeked_ = 0;
};

}  // namespace healthsense
