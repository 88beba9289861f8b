// The AD8232 electrocardiogram front end: sampled every 4 ms by a timer, read out by the main loop.
#pragma once

#include <Arduino.h>

struct EcgSample {
  /** Counts of the 12-bit converter. */
  std::uint16_t counts;
  /** An electrode is off: the counts mean nothing. */
  bool leadOff;
};

class Ad8232 {
 public:
  bool begin();
  /** @returns false where no sample is waiting. Samples wait for at most a second. */
  bool take(EcgSample& sample);
  /** Samples that found the queue full since begin. */
  std::uint32_t lost() const { return lost_; }

 private:
  static void onTimer(void* self);

  QueueHandle_t queue_ = nullptr;
  volatile std::uint32_t lost_ = 0;
};
