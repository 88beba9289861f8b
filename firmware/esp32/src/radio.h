// The wearable's GATT server on NimBLE: what of ../protocol/PROTOCOL.md this board has sensors for.
#pragma once

#include <NimBLEDevice.h>

#include <atomic>
#include <cstdint>

#include "frames.h"

class Radio : public NimBLEServerCallbacks, public NimBLECharacteristicCallbacks {
 public:
  void begin(const char* name, const char* serial, const char* firmware);

  void sendHeartRate(const healthsense::Frame& frame) { heartRate_->notify(frame.data(), frame.size()); }
  void sendOximeter(const healthsense::Frame& frame) { oximeter_->notify(frame.data(), frame.size()); }
  void setBattery(const healthsense::Frame& frame);

  /** Somebody is subscribed to the cuff and has confirmed what was sent before. */
  bool canIndicateCuff() const { return cuffHasListener_ && !cuffInFlight_; }
  /** @returns false where it was not sent. */
  bool indicateCuff(const std::uint8_t* bytes, std::size_t size);
  /** True once after the central confirmed an indication. */
  bool takeCuffConfirmed() { return cuffConfirmed_.exchange(false); }

  /** UTC; healthsense::unknownTimeMs until a central has set the clock. */
  std::int64_t utcMs() const;

 private:
  void onDisconnect(NimBLEServer* server, NimBLEConnInfo& info, int reason) override;
  void onRead(NimBLECharacteristic* characteristic, NimBLEConnInfo& info) override;
  void onWrite(NimBLECharacteristic* characteristic, NimBLEConnInfo& info) override;
  void onStatus(NimBLECharacteristic* characteristic, int code) override;
  void onSubscribe(NimBLECharacteristic* characteristic, NimBLEConnInfo& info, std::uint16_t value) override;

  NimBLECharacteristic* heartRate_ = nullptr;
  NimBLECharacteristic* oximeter_ = nullptr;
  NimBLECharacteristic* cuff_ = nullptr;
  NimBLECharacteristic* battery_ = nullptr;
  NimBLECharacteristic* currentTime_ = nullptr;
  /** Callbacks come from the radio's task, all else from the main loop. */
  std::atomic<bool> cuffHasListener_{false};
  std::atomic<bool> cuffInFlight_{false};
  std::atomic<bool> cuffConfirmed_{false};
  std::atomic<bool> clockIsSet_{false};
  /** UTC less time since start, ms. */
  std::atomic<std::int64_t> clockOffsetMs_{0};
  int batteryPercent_ = -1;
};
