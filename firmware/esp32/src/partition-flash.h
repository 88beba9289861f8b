// A ring's flash on this board: a data partition.
#pragma once

#include <esp_partition.h>

#include "flash.h"

class PartitionFlash : public healthsense::Flash {
 public:
  /** @returns false where the partition table does not name it. */
  bool begin(const char* name) {
    partition_ = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_ANY, name);
    return partition_ != nullptr;
  }

  std::size_t pageBytes() const override { return sectorBytes; }
  std::size_t pageCount() const override { return partition_ == nullptr ? 0 : partition_->size / sectorBytes; }

  bool read(std::size_t offset, std::uint8_t* bytes, std::size_t size) override {
    return partition_ != nullptr && esp_partition_read(partition_, offset, bytes, size) == ESP_OK;
  }

  bool write(std::size_t offset, const std::uint8_t* bytes, std::size_t size) override {
    return partition_ != nullptr && esp_partition_write(partition_, offset, bytes, size) == ESP_OK;
  }

  bool erasePage(std::size_t page) override {
    return partition_ != nullptr && esp_partition_erase_range(partition_, page * sectorBytes, sectorBytes) == ESP_OK;
  }

 private:
  static constexpr std::size_t sectorBytes = 4096;

  const esp_partition_t* partition_ = nullptr;
};
