// Per beat: the ratio of ratios as the slope of red against infra-red. Per reading: the median of the good beats.
#include "oximeter.h"

#include <algorithm>
#include <cmath>

namespace healthsense {
namespace {

/** Below this the sensor looks into the room. */
constexpr double leastLightCounts = 20'000;
constexpr double mostLightCounts = 0.98 * Oximeter::fullScale;
constexpr std::size_t offAfterSamples = 20;
/** Of the mean level, per sample: a time constant of 1.5 s. */
constexpr double levelFollows = 1 / (1.5 * Oximeter::sampleHz);
constexpr double lowPerfusionPercent = 0.5;
constexpr double leastCorrelation = 0.9;
constexpr double beatsAreCurrentForS = 12;
constexpr std::size_t fewestGoodBeats = 3;
constexpr std::size_t mostBadBeats = 2;
constexpr double perfusionWithinFactor = 1.6;
constexpr double intervalWithin = 0.3;
constexpr double irregularShareQuestioned = 0.3;
constexpr double leastSpo2Percent = 35;
/** Correlation of the pulse wave with itself one beat before. Movement is not alike from beat to beat. */
constexpr double leastLikeness = 0.6;
/** More alike over two beats than over one by this much: each beat was counted twice. */
constexpr double doubleCountLikeness = 0.2;
/** The band holds nothing above 6 Hz: every fourth sample tells as much as all. */
constexpr std::size_t likenessStride = 4;

bool isLit(double counts) { return counts >= leastLightCounts && counts <= mostLightCounts; }

}  // namespace

void Oximeter::restart(std::uint32_t red, std::uint32_t ir) {
  redBand_.reset();
  irBand_.reset();
  detector_.reset();
  rate_.reset();
  redStart_ = redLevel_ = red;
  irStart_ = irLevel_ = ir;
  samples_ = 0;
  lastBeatSample_ = 0;
  beatCount_ = 0;
  intervalMs_ = noValue;
  onUser_ = true;
  offSamples_ = 0;
}

void Oximeter::add(std::uint32_t red, std::uint32_t ir) {
  if (!isLit(red) || !isLit(ir)) {
    offSamples_ += 1;
    if (offSamples_ >= offAfterSamples) onUser_ = false;
    if (onUser_) return add(static_cast<std::uint32_t>(redLevel_), static_cast<std::uint32_t>(irLevel_));
    return;
  }
  if (!onUser_) restart(red, ir);
  offSamples_ = 0;
  redLevel_ += levelFollows * (red - redLevel_);
  irLevel_ += levelFollows * (ir - irLevel_);
  // From the first sample on, so that the filters start at rest. Blood absorbs: more of it is less light.
  const double redPulse = -redBand_.step(red - redStart_);
  const double irPulse = -irBand_.step(ir - irStart_);
  red_[samples_ % keptSamples] = static_cast<float>(redPulse);
  ir_[samples_ % keptSamples] = static_cast<float>(irPulse);
  samples_ += 1;
  double beatAtS = 0;
  if (detector_.add(irPulse, beatAtS)) finishBeat(beatAtS);
}

void Oximeter::finishBeat(double beatAtS) {
  const double intervalS = rate_.beat(beatAtS);
  const std::size_t sinceLast = samples_ - lastBeatSample_;
  lastBeatSample_ = samples_;
  if (std::isnan(intervalS)) return;
  intervalMs_ = 1000 * intervalS;
  Beat beat = measure(intervalS, std::min(sinceLast, longestBeatSamples));
  beat.atS = beatAtS;
  beats_[beatCount_ % keptBeats] = beat;
  beatCount_ += 1;
}

Oximeter::Sums Oximeter::sumsOver(std::size_t samples) const {
  Sums sums;
  sums.highest = sums.lowest = ir_[(samples_ - 1) % keptSamples];
  double redMean = 0;
  double irMean = 0;
  for (std::size_t back = 1; back <= samples; ++back) {
    redMean += red_[(samples_ - back) % keptSamples];
    irMean += ir_[(samples_ - back) % keptSamples];
  }
  redMean /= static_cast<double>(samples);
  irMean /= static_cast<double>(samples);
  for (std::size_t back = 1; back <= samples; ++back) {
    const double ir = ir_[(samples_ - back) % keptSamples];
    const double red = red_[(samples_ - back) % keptSamples] - redMean;
    sums.highest = std::max(sums.highest, ir);
    sums.lowest = std::min(sums.lowest, ir);
    sums.redRed += red * red;
    sums.irIr += (ir - irMean) * (ir - irMean);
    sums.redIr += red * (ir - irMean);
  }
  return sums;
}

/** Total least squares on light relative to its level: noise is alike in both, and a plain regression would pull the slope down. */
Oximeter::Beat Oximeter::measure(double intervalS, std::size_t samples) const {
  const Sums sums = sumsOver(samples);
  const double redRed = sums.redRed / (redLevel_ * redLevel_);
  const double irIr = sums.irIr / (irLevel_ * irLevel_);
  const double redIr = sums.redIr / (redLevel_ * irLevel_);
  Beat beat;
  beat.perfusionPercent = 100 * (sums.highest - sums.lowest) / irLevel_;
  if (redIr <= 0) return beat;
  const double difference = redRed - irIr;
  beat.ratio = (difference + std::sqrt(difference * difference + 4 * redIr * redIr)) / (2 * redIr);
  const double usual = usualPerfusion();
  const double median = rate_.medianIntervalS();
  beat.good = redIr >= leastCorrelation * std::sqrt(redRed * irIr) && std::fabs(intervalS - median) <= intervalWithin * median &&
              (std::isnan(usual) || (beat.perfusionPercent <= usual * perfusionWithinFactor &&
                                     beat.perfusionPercent >= usual / perfusionWithinFactor));
  return beat;
}

double Oximeter::usualPerfusion() const {
  std::array<double, keptBeats> values{};
  const std::size_t size = std::min(beatCount_, keptBeats);
  for (std::size_t at = 0; at < size; ++at) values[at] = beats_[at].perfusionPercent;
  return medianOf(values.data(), size);
}

/** Correlation of what the infra-red pulse was up to now with what it was `lagS` before, -1 to 1. */
double Oximeter::likenessAfter(double lagS) const {
  const auto lag = static_cast<std::size_t>(lagS * sampleHz + 0.5);
  const std::size_t kept = std::min(samples_, keptSamples);
  if (lag >= kept) return 0;
  double nowNow = 0;
  double thenThen = 0;
  double nowThen = 0;
  for (std::size_t back = 1; back + lag <= kept; back += likenessStride) {
    const double now = ir_[(samples_ - back) % keptSamples];
    const double then = ir_[(samples_ - back - lag) % keptSamples];
    nowNow += now * now;
    thenThen += then * then;
    nowThen += now * then;
  }
  return nowThen <= 0 ? 0 : nowThen / std::sqrt(nowNow * thenThen);
}

bool Oximeter::isPeriodic() const {
  const double intervalS = rate_.medianIntervalS();
  if (std::isnan(intervalS)) return false;
  const double afterOne = likenessAfter(intervalS);
  return afterOne >= leastLikeness && likenessAfter(2 * intervalS) <= afterOne + doubleCountLikeness;
}

OximeterRecord Oximeter::reading() const {
  OximeterRecord record;
  record.offUser = !onUser_;
  if (!onUser_) return record;
  const double nowS = detector_.nowS();
  std::array<double, keptBeats> ratios{};
  std::size_t good = 0;
  std::size_t bad = 0;
  for (std::size_t at = 0; at < std::min(beatCount_, keptBeats); ++at) {
    if (nowS - beats_[at].atS > beatsAreCurrentForS) continue;
    if (beats_[at].good) {
      ratios[good++] = beats_[at].ratio;
    } else {
      bad += 1;
    }
  }
  record.pulseRatePerMin = rate_.perMin(nowS);
  record.pulseAmplitudePercent = usualPerfusion();
  record.lowPerfusion = record.pulseAmplitudePercent < lowPerfusionPercent;
  record.questionable = bad > mostBadBeats || good < fewestGoodBeats || rate_.irregularShare() > irregularShareQuestioned || !isPeriodic();
  if (good < fewestGoodBeats || std::isnan(record.pulseRatePerMin)) return record;
  const double spo2 = calibration_.spo2Percent(medianOf(ratios.data(), good));
  // The curve was never measured that low: such a ratio is no saturation.
  if (spo2 >= leastSpo2Percent) record.spo2Percent = std::min(100.0, spo2);
  return record;
}

double Oximeter::takeIntervalMs() {
  const double taken = intervalMs_;
  intervalMs_ = noValue;
  return taken;
}

}  // namespace healthsense
