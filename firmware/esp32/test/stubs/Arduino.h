// Stands in for the board's Arduino core where only the syntax and types of src/ are checked. Declarations only: nothing here runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

using esp_err_t = int;
constexpr esp_err_t ESP_OK = 0;
using QueueHandle_t = struct QueueDefinition*;
using BaseType_t = int;
using TickType_t = std::uint32_t;
constexpr BaseType_t pdTRUE = 1;
QueueHandle_t xQueueCreate(unsigned length, unsigned itemSize);
BaseType_t xQueueReceive(QueueHandle_t queue, void* item, TickType_t ticks);
BaseType_t xQueueSend(QueueHandle_t queue, const void* item, TickType_t ticks);

constexpr std::uint8_t INPUT = 1;
constexpr int HIGH = 1;
constexpr std::uint32_t SERIAL_8N1 = 0x800001c;
void pinMode(std::uint8_t pin, std::uint8_t mode);
int digitalRead(std::uint8_t pin);
std::uint16_t analogRead(std::uint8_t pin);
std::uint32_t analogReadMilliVolts(std::uint8_t pin);
void analogReadResolution(std::uint8_t bits);
unsigned long millis();
void delay(std::uint32_t ms);

class HardwareSerial {
 public:
  void begin(unsigned long baud, std::uint32_t config = SERIAL_8N1, std::int8_t receivePin = -1, std::int8_t sendPin = -1);
  int available();
  int read();
  std::size_t println(const char* text);
};
extern HardwareSerial Serial;
extern HardwareSerial Serial2;

class EspClass {
 public:
  std::uint64_t getEfuseMac();
  void restart();
};
extern EspClass ESP;

#define log_e(format, ...) static_cast<void>(format)
