// 250 samples a second from the timer's task: the main loop may be late without shifting a sample.
#include "ad8232.h"

#include <esp_timer.h>

#include "pins.h"

namespace {

constexpr std::uint64_t periodUs = 4000;
constexpr unsigned queuedSamples = 250;

}  // namespace

bool Ad8232::begin() {
  pinMode(pins::ecgLeadOffPlus, INPUT);
  pinMode(pins::ecgLeadOffMinus, INPUT);
  analogReadResolution(12);
  queue_ = xQueueCreate(queuedSamples, sizeof(EcgSample));
  if (queue_ == nullptr) return false;
  esp_timer_create_args_t settings = {};
  settings.callback = &Ad8232::onTimer;
  settings.arg = this;
  settings.name = "ecg";
  esp_timer_handle_t timer = nullptr;
  return esp_timer_create(&settings, &timer) == ESP_OK && esp_timer_start_periodic(timer, periodUs) == ESP_OK;
}

bool Ad8232::take(EcgSample& sample) { return queue_ != nullptr && xQueueReceive(queue_, &sample, 0) == pdTRUE; }

void Ad8232::onTimer(void* self) {
  auto* front = static_cast<Ad8232*>(self);
  EcgSample sample;
  sample.counts = static_cast<std::uint16_t>(analogRead(pins::ecgOutput));
  sample.leadOff = digitalRead(pins::ecgLeadOffPlus) == HIGH || digitalRead(pins::ecgLeadOffMinus) == HIGH;
  if (xQueueSend(front->queue_, &sample, 0) != pdTRUE) front->lost_ = front->lost_ + 1;
}
