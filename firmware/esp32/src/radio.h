// The wearable's GATT server on NimBLE: what of ../protocol/PROTOCOL.md this board has sensors for.
#pragma once

#include <Arduino.h>
#include <NimBLEDevice.h>

#include <atomic>
#include <cstdint>

#include "frames.h"
#include "health-record.h"
#include "proof.h"

/** What a console wrote to Control: handled by the main loop, which owns the records. */
struct ControlWrite {
  static constexpr std::size_t capacity = 8;

  std::uint8_t bytes[capacity];
  std::uint8_t size;
  bool isProved;
};

class Radio : public NimBLEServerCallbacks, public NimBLECharacteristicCallbacks {
 public:
  void begin(const char* name, const char* serial, const char* firmware, const healthsense::EcgFeature& ecg);

  void sendHeartRate(const healthsense::Frame& frame) { heartRate_->notify(frame.data(), frame.size()); }
  void sendOximeter(const healthsense::Frame& frame) { oximeter_->notify(frame.data(), frame.size()); }
  void setBattery(const healthsense::Frame& frame);

  /** Somebody is subscribed to the cuff and has confirmed what was sent before. */
  bool canIndicateCuff() const { return cuffHasListener_ && !cuffInFlight_; }
  /** @returns false where it was not sent. */
  bool indicateCuff(const std::uint8_t* bytes, std::size_t size);
  /** True once after the central confirmed an indication. */
  bool takeCuffConfirmed() { return cuffConfirmed_.exchange(false); }

  /** Before begin. @param deviceId outlives the radio. */
  void setKey(const healthsense::Digest& key, const char* deviceId);
  /** @returns false where nothing was asked. */
  bool takeControl(ControlWrite& write) { return xQueueReceive(control_, &write, 0) == pdTRUE; }
  void answerControl(const healthsense::AnswerFrame& frame) { answer_->indicate(frame.data(), frame.size()); }
  /** True once after a link ended: what was asked on it is void. */
  bool takeLinkEnded() { return linkEnded_.exchange(false); }
  /** @returns false where the radio has no room now. */
  bool sendRecord(const healthsense::RecordFrame& frame) { return records_->notify(frame.data(), frame.size()); }
  bool hasEcgListener() const { return ecgHasListener_; }
  /** @returns false where the radio has no room: these samples are lost. */
  bool sendEcg(const healthsense::EcgFrame& frame) { return ecg_->notify(frame.data(), frame.size()); }

  /** UTC; healthsense::unknownTimeMs until a central has set the clock. */
  std::int64_t utcMs() const;

 private:
  void controlWritten(const NimBLEAttValue& written);
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
  NimBLECharacteristic* challenge_ = nullptr;
  NimBLECharacteristic* proof_ = nullptr;
  NimBLECharacteristic* records_ = nullptr;
  NimBLECharacteristic* answer_ = nullptr;
  NimBLECharacteristic* ecg_ = nullptr;
  QueueHandle_t control_ = nullptr;
  /** Used by the radio's task alone once the radio has begun. */
  healthsense::ProofGate gate_;
  std::atomic<bool> linkEnded_{false};
  std::atomic<bool> ecgHasListener_{false};
  /** Callbacks come from the radio's task, all else from the main loop. */
  std::atomic<bool> cuffHasListener_{false};
  std::atomic<bool> cuffInFlight_{false};
  std::atomic<bool> cuffConfirmed_{false};
  std::atomic<bool> clockIsSet_{false};
  /** UTC less time since start, ms. */
  std::atomic<std::int64_t> clockOffsetMs_{0};
  int batteryPercent_ = -1;
};
