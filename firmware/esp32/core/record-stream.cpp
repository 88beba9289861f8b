// Control of the record stream.
#include "record-stream.h"

namespace healthsense {

ControlAnswer RecordStream::ask(const std::uint8_t* bytes, std::size_t size, bool isProved) {
  const ControlRequest request = decodeControl(bytes, size);
  ControlAnswer answer;
  answer.op = request.code;
  answer.status = static_cast<std::uint8_t>(isProved ? done(request) : ControlStatus::notProved);
  if (!isProved) return answer;
  answer.oldest = oldest();
  answer.newest = ring_.nextSequence() - 1;
  answer.store = store_;
  return answer;
}

ControlStatus RecordStream::done(const ControlRequest& request) {
  const std::uint32_t first = oldest();
  switch (request.op) {
    case ControlOp::stream:
      if (request.sequence > ring_.nextSequence()) return ControlStatus::badOperand;
      isStreaming_ = true;
      after_ = (request.sequence > first ? request.sequence : first) - 1;
      return request.sequence != 0 && request.sequence < first ? ControlStatus::noSuchSequence : ControlStatus::done;
    case ControlOp::acknowledge:
      if (request.sequence >= ring_.nextSequence()) return ControlStatus::badOperand;
      ring_.acknowledge(request.sequence);
      return ControlStatus::done;
    case ControlOp::stop:
      isStreaming_ = false;
      return ControlStatus::done;
    case ControlOp::unknown:
      break;
  }
  return ControlStatus::badOperand;
}

bool RecordStream::peek(RecordFrame& frame) {
  StoredRecord record;
  if (!isStreaming_ || !ring_.next(after_, record)) return false;
  peeked_ = record.sequence;
  frame = encodeRecord(record.sequence, record.payload.data(), record.size);
  return true;
}

std::uint32_t RecordStream::oldest() {
  StoredRecord record;
  return ring_.nextPending(record) ? record.sequence : ring_.nextSequence();
}

}  // namespace healthsense
