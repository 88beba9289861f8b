// The wearable on an ESP32: samples to the estimators, what they say to the radio and into the records once a second.
#include <Arduino.h>
#include <Preferences.h>
#include <Wire.h>
#include <esp_random.h>

#include <cmath>
#include <cstdio>
#include <cstring>

#include "ad8232.h"
#include "beat-rate.h"
#include "cuff-line.h"
#include "ecg-detector.h"
#include "flash-ring.h"
#include "max30102.h"
#include "oximeter.h"
#include "partition-flash.h"
#include "pins.h"
#include "radio.h"
#include "record-stream.h"
#include "sha256.h"
#include "vital-records.h"

namespace {

using namespace healthsense;

constexpr const char* firmware = "1.0.0";
constexpr std::uint32_t cuffBaud = 9600;
constexpr std::uint32_t sendEveryMs = 1000;
constexpr std::uint32_t retrySensorEveryMs = 5000;
/** Of the protocol: older cuff readings make room. */
constexpr std::uint32_t mostPendingCuffs = 100;
constexpr std::uint8_t cuffKind = 1;
/** A lithium cell, mV, after the divider was undone. */
constexpr double emptyMv = 3300;
constexpr double fullMv = 4150;

/** The AD8232 amplifies 100 times; the converter spreads 3.3 V over 12 bits. */
constexpr EcgFeature ecgFeature = {250, 8057, EcgLead::two};
constexpr int ecgMiddle = 2048;
constexpr int ecgTop = 4095;
constexpr std::uint8_t recordKind = 1;
/** So many in each turn of the loop, which takes at least 10 ms: no more than the protocol's 300 a second, and room for the electrocardiogram. */
constexpr int recordsAtOnce = 3;
constexpr const char* tokenCommand = "token ";
constexpr std::size_t longestCommand = 128;

PartitionFlash cuffFlash;
FlashRing ring(cuffFlash);
bool ringWorks = false;
PartitionFlash recordFlash;
FlashRing records(recordFlash);
bool recordsWork = false;
RecordStream stream(records);
EcgPacker ecgPacker;
Preferences preferences;
char serialNumber[16];
char command[longestCommand];
std::size_t commandSize = 0;
Radio radio;
Max30102 light;
bool lightWorks = false;
Oximeter oximeter;
Ad8232 ecg;
EcgDetector ecgDetector;
BeatRate ecgRate;
bool leadsOn = false;
std::uint32_t ecgLost = 0;
CuffLine cuffLine;
RrIntervals intervals;
std::uint32_t sentAtMs = 0;
std::uint32_t triedLightAtMs = 0;
std::uint32_t indicatedSequence = 0;

void readLight() {
  if (!lightWorks) {
    if (millis() - triedLightAtMs < retrySensorEveryMs) return;
    triedLightAtMs = millis();
    lightWorks = light.begin(Wire);
    return;
  }
  if (!light.drain(oximeter)) {
    // The clock that beats are timed by has a gap; a sensor that fell silent is looked for again.
    oximeter = Oximeter{};
    lightWorks = light.begin(Wire);
  }
  const double intervalMs = oximeter.takeIntervalMs();
  if (!leadsOn && !std::isnan(intervalMs)) intervals.push(intervalMs);
}

void forgetEcg() {
  ecgDetector.reset();
  ecgRate.reset();
}

void readEcg() {
  // A gap in the samples is a gap in the clock that beats are timed by.
  if (ecg.lost() != ecgLost) {
    forgetEcg();
    ecgPacker.skip(ecg.lost() - ecgLost);
  }
  ecgLost = ecg.lost();
  EcgSample sample;
  while (ecg.take(sample)) {
    EcgFrame frame;
    const bool saturated = sample.counts == 0 || sample.counts == ecgTop;
    if (ecgPacker.add(sample.counts - ecgMiddle, sample.leadOff, saturated, frame) && radio.hasEcgListener()) radio.sendEcg(frame);
    if (sample.leadOff) {
      if (leadsOn) forgetEcg();
      leadsOn = false;
      continue;
    }
    leadsOn = true;
    double atS = 0;
    if (!ecgDetector.add(sample.counts, atS)) continue;
    const double intervalS = ecgRate.beat(atS);
    if (!std::isnan(intervalS)) intervals.push(1000 * intervalS);
  }
}

void keep(const HealthRecord& record) {
  const RecordBody body = encodeRecordBody(record);
  std::uint32_t sequence = 0;
  if (recordsWork && !records.append(recordKind, body.data(), body.size(), sequence)) log_e("record not stored");
}

void readCuff() {
  while (Serial2.available() > 0) {
    CuffRecord record;
    if (!cuffLine.add(static_cast<char>(Serial2.read()), record)) continue;
    record.takenAtMs = radio.utcMs();
    keep(cuffRecordOf(record));
    const Frame frame = encodeCuff(record);
    std::uint32_t sequence = 0;
    if (!ringWorks || !ring.append(cuffKind, frame.data(), frame.size(), sequence)) {
      log_e("cuff reading not stored");
      indicatedSequence = 0;
      radio.indicateCuff(frame.data(), frame.size());
    }
    if (ring.pending() > mostPendingCuffs) ring.acknowledge(ring.acknowledged() + ring.pending() - mostPendingCuffs);
  }
}

/** One at a time, each until it is confirmed: what the central did not confirm is sent again. */
void sendCuffs() {
  if (radio.takeCuffConfirmed() && indicatedSequence != 0) ring.acknowledge(indicatedSequence);
  if (!ringWorks || !radio.canIndicateCuff()) return;
  StoredRecord record;
  if (!ring.nextPending(record)) return;
  indicatedSequence = record.sequence;
  radio.indicateCuff(record.payload.data(), record.size);
}

/** The answer leaves before the first record it allows. */
void serveRecords() {
  if (radio.takeLinkEnded()) stream.forget();
  ControlWrite write;
  while (radio.takeControl(write)) radio.answerControl(encodeControlAnswer(stream.ask(write.bytes, write.size, write.isProved)));
  RecordFrame frame;
  for (int count = 0; count < recordsAtOnce && stream.peek(frame) && radio.sendRecord(frame); ++count) stream.sent();
}

/** `token …` on the serial line gives the device its token, of which only the hash is kept. */
void readCommands() {
  while (Serial.available() > 0) {
    const char letter = static_cast<char>(Serial.read());
    if (letter != '\n' && letter != '\r') {
      if (commandSize < longestCommand) command[commandSize++] = letter;
      continue;
    }
    const std::size_t prefix = std::strlen(tokenCommand);
    if (commandSize > prefix && commandSize < longestCommand && std::strncmp(command, tokenCommand, prefix) == 0) {
      const Digest key = sha256(reinterpret_cast<const std::uint8_t*>(command) + prefix, commandSize - prefix);
      preferences.putBytes("key", key.data(), key.size());
      Serial.println("token kept");
      ESP.restart();
    }
    commandSize = 0;
  }
}

/** A store that begins anew, because its flash was erased or never used, is another store. */
void openRecords() {
  recordsWork = recordFlash.begin("records") && records.mount();
  if (!recordsWork) log_e("no flash ring: records are not kept");
  std::uint32_t store = preferences.getUInt("store", 0);
  while (store == 0 || records.nextSequence() == 1) {
    store = esp_random();
    if (store == 0) continue;
    preferences.putUInt("store", store);
    break;
  }
  stream.setStore(store);
}

void sendVitals() {
  if (millis() - sentAtMs < sendEveryMs) return;
  sentAtMs = millis();
  const OximeterRecord oxygen = oximeter.reading();
  radio.sendOximeter(encodeOximeter(oxygen));

  HeartRecord heart;
  const double ratePerMin = leadsOn ? ecgRate.perMin(ecgDetector.nowS()) : oxygen.pulseRatePerMin;
  heart.contact = (leadsOn || !oxygen.offUser) && !std::isnan(ratePerMin);
  heart.heartRatePerMin = std::isnan(ratePerMin) ? 0 : ratePerMin;
  heart.rrIntervalsMs = intervals;
  intervals.clear();
  radio.sendHeartRate(encodeHeartRate(heart));

  const std::int64_t nowMs = radio.utcMs();
  HealthRecord record = heartRecordOf(leadsOn ? ratePerMin : noValue, !leadsOn, nowMs);
  const HealthRecord light = oximeterRecordOf(oxygen, nowMs);
  const bool isJoined = join(record, light);
  keep(record);
  if (!isJoined) keep(light);

  const double cellMv = 2.0 * analogReadMilliVolts(pins::battery);
  radio.setBattery(encodeBattery(100 * (cellMv - emptyMv) / (fullMv - emptyMv)));
}

}  // namespace

void setup() {
  Serial.begin(115200);
  Serial2.begin(cuffBaud, SERIAL_8N1, pins::cuffReceive, pins::cuffSend);
  Wire.begin(pins::i2cData, pins::i2cClock, 400000U);
  ringWorks = cuffFlash.begin("cuffs") && ring.mount();
  if (!ringWorks) log_e("no flash ring: cuff readings are not kept while nobody listens");
  lightWorks = light.begin(Wire);
  if (!lightWorks) log_e("MAX30102 does not answer");
  if (!ecg.begin()) log_e("electrocardiogram timer did not start");
  preferences.begin("healthsense");
  openRecords();
  std::snprintf(serialNumber, sizeof serialNumber, "HS-%08lX", static_cast<unsigned long>(ESP.getEfuseMac() >> 16U));
  Digest key{};
  if (preferences.getBytes("key", key.data(), key.size()) == key.size()) radio.setKey(key, serialNumber);
  radio.begin(serialNumber, serialNumber, firmware, ecgFeature);
  Serial.println(serialNumber);
}

void loop() {
  readLight();
  readEcg();
  readCuff();
  readCommands();
  sendCuffs();
  sendVitals();
  serveRecords();
  delay(10);
}
