// The wearable on an ESP32: takes samples from the sensors to the estimators and a frame of each to the radio once a second.
#include <Arduino.h>
#include <Wire.h>

#include <cmath>
#include <cstdio>

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

PartitionFlash flash;
FlashRing ring(flash);
bool ringWorks = false;
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
  if (ecg.lost() != ecgLost) forgetEcg();
  ecgLost = ecg.lost();
  EcgSample sample;
  while (ecg.take(sample)) {
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

void readCuff() {
  while (Serial2.available() > 0) {
    CuffRecord record;
    if (!cuffLine.add(static_cast<char>(Serial2.read()), record)) continue;
    record.takenAtMs = radio.utcMs();
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

  const double cellMv = 2.0 * analogReadMilliVolts(pins::battery);
  radio.setBattery(encodeBattery(100 * (cellMv - emptyMv) / (fullMv - emptyMv)));
}

}  // namespace

void setup() {
  Serial.begin(115200);
  Serial2.begin(cuffBaud, SERIAL_8N1, pins::cuffReceive, pins::cuffSend);
  Wire.begin(pins::i2cData, pins::i2cClock, 400000U);
  ringWorks = flash.begin() && ring.mount();
  if (!ringWorks) log_e("no flash ring: cuff readings are not kept while nobody listens");
  lightWorks = light.begin(Wire);
  if (!lightWorks) log_e("MAX30102 does not answer");
  if (!ecg.begin()) log_e("electrocardiogram timer did not start");
  char serial[16];
  std::snprintf(serial, sizeof serial, "HS-%08lX", static_cast<unsigned long>(ESP.getEfuseMac() >> 16U));
  radio.begin(serial, serial, firmware);
}

void loop() {
  readLight();
  readEcg();
  readCuff();
  sendCuffs();
  sendVitals();
  delay(10);
}
