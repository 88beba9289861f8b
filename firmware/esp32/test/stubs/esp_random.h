// Stands in for ESP-IDF's random numbers.
#pragma once

#include <cstddef>
#include <cstdint>

std::uint32_t esp_random();
void esp_fill_random(void* bytes, std::size_t size);
