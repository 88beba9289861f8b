// Stands in for ESP-IDF's timers.
#pragma once

#include <cstdint>

#include "Arduino.h"

using esp_timer_handle_t = struct esp_timer*;
struct esp_timer_create_args_t {
  void (*callback)(void*);
  void* arg;
  int dispatch_method;
  const char* name;
  bool skip_unhandled_events;
};
esp_err_t esp_timer_create(const esp_timer_create_args_t* settings, esp_timer_handle_t* timer);
esp_err_t esp_timer_start_periodic(esp_timer_handle_t timer, std::uint64_t periodUs);
std::int64_t esp_timer_get_time();
