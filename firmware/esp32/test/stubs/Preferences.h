// Stands in for the Arduino core's named values in flash.
#pragma once

#include <cstddef>
#include <cstdint>

class Preferences {
 public:
  bool begin(const char* name, bool readOnly = false);
  std::size_t putBytes(const char* key, const void* value, std::size_t size);
  std::size_t getBytes(const char* key, void* value, std::size_t size);
  std::size_t putUInt(const char* key, std::uint32_t value);
  std::uint32_t getUInt(const char* key, std::uint32_t otherwise = 0);
};
