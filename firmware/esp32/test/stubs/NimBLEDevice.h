// Stands in for NimBLE-Arduino 2: the part of its interface that src/radio uses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

constexpr int BLE_HS_EDONE = 14;
constexpr std::uint16_t BLE_HS_CONN_HANDLE_NONE = 0xffff;

namespace NIMBLE_PROPERTY {
constexpr std::uint32_t READ = 0x02;
constexpr std::uint32_t WRITE = 0x08;
constexpr std::uint32_t NOTIFY = 0x10;
constexpr std::uint32_t INDICATE = 0x20;
}  // namespace NIMBLE_PROPERTY

class NimBLECharacteristicCallbacks;
class NimBLECharacteristic;
class NimBLEServer;
class NimBLEConnInfo {};

class NimBLEAttValue {
 public:
  const std::uint8_t* data() const;
  std::uint16_t size() const;
};

class NimBLECharacteristic {
 public:
  void setCallbacks(NimBLECharacteristicCallbacks* callbacks);
  void setValue(const std::uint8_t* bytes, std::size_t size);
  void setValue(const std::string& text);
  NimBLEAttValue getValue() const;
  bool notify(std::uint16_t connection = BLE_HS_CONN_HANDLE_NONE) const;
  bool notify(const std::uint8_t* bytes, std::size_t size, std::uint16_t connection = BLE_HS_CONN_HANDLE_NONE) const;
  bool indicate(const std::uint8_t* bytes, std::size_t size, std::uint16_t connection = BLE_HS_CONN_HANDLE_NONE) const;
};

class NimBLECharacteristicCallbacks {
 public:
  virtual ~NimBLECharacteristicCallbacks() = default;
  virtual void onRead(NimBLECharacteristic* characteristic, NimBLEConnInfo& info);
  virtual void onWrite(NimBLECharacteristic* characteristic, NimBLEConnInfo& info);
  virtual void onStatus(NimBLECharacteristic* characteristic, int code);
  virtual void onSubscribe(NimBLECharacteristic* characteristic, NimBLEConnInfo& info, std::uint16_t value);
};

class NimBLEServerCallbacks {
 public:
  virtual ~NimBLEServerCallbacks() = default;
  virtual void onConnect(NimBLEServer* server, NimBLEConnInfo& info);
  virtual void onDisconnect(NimBLEServer* server, NimBLEConnInfo& info, int reason);
};

class NimBLEService {
 public:
  NimBLECharacteristic* createCharacteristic(const char* uuid, std::uint32_t properties);
  bool start();
};

class NimBLEServer {
 public:
  NimBLEService* createService(const char* uuid);
  void setCallbacks(NimBLEServerCallbacks* callbacks, bool deleteCallbacks = true);
  void advertiseOnDisconnect(bool on);
};

class NimBLEAdvertising {
 public:
  bool addServiceUUID(const char* uuid);
  bool setName(const std::string& name);
  void enableScanResponse(bool on);
  bool start(std::uint32_t durationMs = 0);
};

class NimBLEDevice {
 public:
  static bool init(const std::string& name);
  static NimBLEServer* createServer();
  static NimBLEAdvertising* getAdvertising();
};
