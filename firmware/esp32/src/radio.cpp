// GATT services, subscriptions and the clock a central may set.
#include "radio.h"

#include <esp_random.h>
#include <esp_timer.h>

#include <cstring>

namespace {

using healthsense::Frame;
using healthsense::FrameOf;

constexpr const char* manufacturer = "HealthSense";
constexpr const char* model = "Wearable ESP32";
constexpr unsigned waitingRequests = 8;

#define HEALTHSENSE_UUID(number) "5c4d" number "-b8a3-472c-9f5d-61e0a8d7c3f2"

std::int64_t sinceStartMs() { return esp_timer_get_time() / 1000; }

void addText(NimBLEService* service, const char* uuid, const char* text) {
  service->createCharacteristic(uuid, NIMBLE_PROPERTY::READ)->setValue(std::string(text));
}

template <std::size_t octets>
void addFrame(NimBLEService* service, const char* uuid, const FrameOf<octets>& frame) {
  service->createCharacteristic(uuid, NIMBLE_PROPERTY::READ)->setValue(frame.data(), frame.size());
}

}  // namespace

void Radio::setKey(const healthsense::Digest& key, const char* deviceId) { gate_.setKey(key, deviceId); }

void Radio::begin(const char* name, const char* serial, const char* firmware, const healthsense::EcgFeature& ecg) {
  control_ = xQueueCreate(waitingRequests, sizeof(ControlWrite));
  NimBLEDevice::init(name);
  NimBLEServer* server = NimBLEDevice::createServer();
  server->setCallbacks(this, false);
  server->advertiseOnDisconnect(true);

  NimBLEService* heart = server->createService("180D");
  heartRate_ = heart->createCharacteristic("2A37", NIMBLE_PROPERTY::NOTIFY);
  NimBLEService* oxygen = server->createService("1822");
  oximeter_ = oxygen->createCharacteristic("2A5F", NIMBLE_PROPERTY::NOTIFY);
  addFrame(oxygen, "2A60", healthsense::encodeOximeterFeatures());
  NimBLEService* pressure = server->createService("1810");
  cuff_ = pressure->createCharacteristic("2A35", NIMBLE_PROPERTY::INDICATE);
  cuff_->setCallbacks(this);
  addFrame(pressure, "2A49", healthsense::encodeCuffFeatures());
  NimBLEService* power = server->createService("180F");
  battery_ = power->createCharacteristic("2A19", NIMBLE_PROPERTY::READ | NIMBLE_PROPERTY::NOTIFY);
  NimBLEService* time = server->createService("1805");
  currentTime_ = time->createCharacteristic("2A2B", NIMBLE_PROPERTY::READ | NIMBLE_PROPERTY::WRITE);
  currentTime_->setCallbacks(this);
  NimBLEService* information = server->createService("180A");
  addText(information, "2A29", manufacturer);
  addText(information, "2A24", model);
  addText(information, "2A25", serial);
  addText(information, "2A26", firmware);
  NimBLEService* health = server->createService(HEALTHSENSE_UUID("0010"));
  challenge_ = health->createCharacteristic(HEALTHSENSE_UUID("0011"), NIMBLE_PROPERTY::WRITE);
  proof_ = health->createCharacteristic(HEALTHSENSE_UUID("0012"), NIMBLE_PROPERTY::READ | NIMBLE_PROPERTY::WRITE);
  records_ = health->createCharacteristic(HEALTHSENSE_UUID("0013"), NIMBLE_PROPERTY::NOTIFY);
  answer_ = health->createCharacteristic(HEALTHSENSE_UUID("0014"), NIMBLE_PROPERTY::WRITE | NIMBLE_PROPERTY::INDICATE);
  NimBLEService* electrodes = server->createService(HEALTHSENSE_UUID("0020"));
  ecg_ = electrodes->createCharacteristic(HEALTHSENSE_UUID("0021"), NIMBLE_PROPERTY::NOTIFY);
  addFrame(electrodes, HEALTHSENSE_UUID("0022"), healthsense::encodeEcgFeature(ecg));
  for (NimBLECharacteristic* own : {challenge_, proof_, answer_, ecg_}) own->setCallbacks(this);
  for (NimBLEService* service : {heart, oxygen, pressure, power, time, information, health, electrodes}) service->start();

  NimBLEAdvertising* advertising = NimBLEDevice::getAdvertising();
  for (const char* uuid : {"180D", "1822", "1810"}) advertising->addServiceUUID(uuid);
  advertising->setName(name);
  advertising->enableScanResponse(true);
  advertising->start();
}

void Radio::setBattery(const Frame& frame) {
  if (frame.data()[0] == batteryPercent_) return;
  batteryPercent_ = frame.data()[0];
  battery_->setValue(frame.data(), frame.size());
  battery_->notify();
}

bool Radio::indicateCuff(const std::uint8_t* bytes, std::size_t size) {
  cuffInFlight_ = true;
  if (cuff_->indicate(bytes, size)) return true;
  cuffInFlight_ = false;
  return false;
}

std::int64_t Radio::utcMs() const { return clockIsSet_ ? clockOffsetMs_ + sinceStartMs() : healthsense::unknownTimeMs; }

void Radio::onDisconnect(NimBLEServer*, NimBLEConnInfo&, int) {
  cuffHasListener_ = false;
  cuffInFlight_ = false;
  ecgHasListener_ = false;
  gate_.forget();
  proof_->setValue(std::string());
  linkEnded_ = true;
}

void Radio::onRead(NimBLECharacteristic* characteristic, NimBLEConnInfo&) {
  if (characteristic != currentTime_) return;
  const Frame frame = healthsense::encodeCurrentTime(utcMs());
  characteristic->setValue(frame.data(), frame.size());
}

void Radio::onWrite(NimBLECharacteristic* characteristic, NimBLEConnInfo&) {
  const NimBLEAttValue written = characteristic->getValue();
  if (characteristic == challenge_) {
    healthsense::Nonce nonce{};
    esp_fill_random(nonce.data(), nonce.size());
    gate_.challenge(written.data(), written.size(), nonce);
    // What may be read is put there beforehand: what the console writes to Proof must never be read back.
    const FrameOf<48> answer = gate_.read();
    proof_->setValue(answer.data(), answer.size());
  } else if (characteristic == proof_) {
    gate_.write(written.data(), written.size());
    const FrameOf<48> answer = gate_.read();
    proof_->setValue(answer.data(), answer.size());
  } else if (characteristic == answer_) {
    controlWritten(written);
  }
  if (characteristic != currentTime_) return;
  std::int64_t ms = 0;
  if (!healthsense::decodeCurrentTime(written.data(), written.size(), ms)) return;
  clockOffsetMs_ = ms - sinceStartMs();
  clockIsSet_ = true;
}

/** A request too long to be one is kept as a too long one. */
void Radio::controlWritten(const NimBLEAttValue& written) {
  ControlWrite write = {};
  write.size = static_cast<std::uint8_t>(written.size() < ControlWrite::capacity ? written.size() : ControlWrite::capacity);
  std::memcpy(write.bytes, written.data(), write.size);
  write.isProved = gate_.isProved();
  xQueueSend(control_, &write, 0);
}

/** 0: the indication left; BLE_HS_EDONE: it was confirmed; anything else: it was not. */
void Radio::onStatus(NimBLECharacteristic* characteristic, int code) {
  if (characteristic != cuff_ || code == 0) return;
  if (code == BLE_HS_EDONE && cuffInFlight_) cuffConfirmed_ = true;
  cuffInFlight_ = false;
}

void Radio::onSubscribe(NimBLECharacteristic* characteristic, NimBLEConnInfo&, std::uint16_t value) {
  if (characteristic == cuff_) cuffHasListener_ = value != 0;
  if (characteristic == ecg_) ecgHasListener_ = value != 0;
}
