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
/** Movement is not alike from beat to beat. */
constexpr double leastLikeness = 0.7;
/** More alike over two beats than over one by this much: each beat was counted twice. */
constexpr double doubleCountLikeness = 0.2;
constexpr std::size_t lastBeats = 3;
constexpr std::size_t mostBadOfLast = 1;

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
  startCount_ = 0;
  beatCount_ = 0;
  intervalMs_ = noValue;
  onUser_ = true;
  offSamples_ = 0;
}

void Oximeter::add(std::uint32_t red, std::uint32_t ir) {
  if (!isLit(red) || !isLit(ir)) {
    offSamples_ += 1;
    if (offSamples_ >= offAfterSamples) onUser_ = false;
    // A lone glitch must not shift the clock that beats are timed by: the mean level stands in for it.
    if (onUser_) take(redLevel_, irLevel_);
    return;
  }
  if (!onUser_) restart(red, ir);
  offSamples_ = 0;
  take(red, ir);
}

void Oximeter::take(double red, double ir) {
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
  if (std::isnan(intervalS)) startCount_ = 0;
  startBeat(static_cast<std::size_t>(beatAtS * sampleHz + 0.5));
  if (std::isnan(intervalS)) return;
  intervalMs_ = 1000 * intervalS;
  Beat beat = measure();
  beat.atS = beatAtS;
  const double medianS = rate_.medianIntervalS();
  beat.good = beat.ratio > 0 && isUsual(beat) && std::fabs(intervalS - medianS) <= intervalWithin * medianS;
  beats_[beatCount_ % keptBeats] = beat;
  beatCount_ += 1;
}

void Oximeter::startBeat(std::size_t sample) {
  for (std::size_t at = starts_.size() - 1; at > 0; --at) starts_[at] = starts_[at - 1];
  starts_[0] = sample;
  startCount_ = std::min(startCount_ + 1, starts_.size());
}

Oximeter::Sums Oximeter::sumsOver(std::size_t from, std::size_t to) const {
  Sums sums;
  sums.highest = sums.lowest = ir_[from % keptSamples];
  double redMean = 0;
  double irMean = 0;
  for (std::size_t at = from; at < to; ++at) {
    redMean += red_[at % keptSamples];
    irMean += ir_[at % keptSamples];
  }
  redMean /= static_cast<double>(to - from);
  irMean /= static_cast<double>(to - from);
  for (std::size_t at = from; at < to; ++at) {
    const double ir = ir_[at % keptSamples];
    const double red = red_[at % keptSamples] - redMean;
    sums.highest = std::max(sums.highest, ir);
    sums.lowest = std::min(sums.lowest, ir);
    sums.redRed += red * red;
    sums.irIr += (ir - irMean) * (ir - irMean);
    sums.redIr += red * (ir - irMean);
  }
  return sums;
}

/** Total least squares on light relative to its level: noise is alike in both, and a plain regression would pull the slope down. */
Oximeter::Beat Oximeter::measure() const {
  Beat beat;
  const Sums sums = sumsOver(starts_[1], starts_[0]);
  beat.perfusionPercent = 100 * (sums.highest - sums.lowest) / irLevel_;
  if (startCount_ >= 3) beat.likeness = likeness(starts_[1], starts_[0], starts_[2], starts_[1]);
  if (startCount_ >= 4) beat.likenessOverTwo = likeness(starts_[1], starts_[0], starts_[3], starts_[2]);
  const double redRed = sums.redRed / (redLevel_ * redLevel_);
  const double irIr = sums.irIr / (irLevel_ * irLevel_);
  const double redIr = sums.redIr / (redLevel_ * irLevel_);
  // Red and infra-red that do not follow each other are not the same blood.
  if (redIr <= 0 || redIr < leastCorrelation * std::sqrt(redRed * irIr)) return beat;
  const double difference = redRed - irIr;
  beat.ratio = (difference + std::sqrt(difference * difference + 4 * redIr * redIr)) / (2 * redIr);
  return beat;
}

/** Correlation of two stretches of the infra-red pulse over the length of the shorter, -1 to 1. */
double Oximeter::likeness(std::size_t from, std::size_t to, std::size_t likeFrom, std::size_t likeTo) const {
  const std::size_t length = std::min(to - from, likeTo - likeFrom);
  const auto count = static_cast<double>(length);
  double sum = 0;
  double likeSum = 0;
  double squares = 0;
  double likeSquares = 0;
  double products = 0;
  for (std::size_t at = 0; at < length; ++at) {
    const double value = ir_[(from + at) % keptSamples];
    const double like = ir_[(likeFrom + at) % keptSamples];
    sum += value;
    likeSum += like;
    squares += value * value;
    likeSquares += like * like;
    products += value * like;
  }
  const double variances = (squares - sum * sum / count) * (likeSquares - likeSum * likeSum / count);
  return variances <= 0 ? 0 : (products - sum * likeSum / count) / std::sqrt(variances);
}

bool Oximeter::isUsual(const Beat& beat) const {
  if (beat.likeness < leastLikeness) return false;
  const double usual = usualPerfusion();
  return std::isnan(usual) ||
         (beat.perfusionPercent <= usual * perfusionWithinFactor && beat.perfusionPercent >= usual / perfusionWithinFactor);
}

double Oximeter::usualPerfusion() const {
  std::array<double, keptBeats> values{};
  const std::size_t size = std::min(beatCount_, keptBeats);
  for (std::size_t at = 0; at < size; ++at) values[at] = beats_[at].perfusionPercent;
  return medianOf(values.data(), size);
}

bool Oximeter::isQuestionable(double nowS) const {
  std::size_t good = 0;
  std::size_t bad = 0;
  std::size_t badOfLast = 0;
  double gainOverTwo = 0;
  for (std::size_t back = 1; back <= std::min(beatCount_, keptBeats); ++back) {
    const Beat& beat = beats_[(beatCount_ - back) % keptBeats];
    if (nowS - beat.atS > beatsAreCurrentForS) break;
    (beat.good ? good : bad) += 1;
    if (!beat.good && back <= lastBeats) badOfLast += 1;
    if (!std::isnan(beat.likenessOverTwo)) gainOverTwo += (beat.likenessOverTwo - beat.likeness) / keptBeats;
  }
  return good < fewestGoodBeats || bad > mostBadBeats || badOfLast > mostBadOfLast || gainOverTwo > doubleCountLikeness ||
         rate_.irregularShare() > irregularShareQuestioned;
}

OximeterRecord Oximeter::reading() const {
  OximeterRecord record;
  record.offUser = !onUser_;
  if (!onUser_) return record;
  const double nowS = detector_.nowS();
  std::array<double, keptBeats> ratios{};
  std::size_t good = 0;
  for (std::size_t at = 0; at < std::min(beatCount_, keptBeats); ++at) {
    if (beats_[at].good && nowS - beats_[at].atS <= beatsAreCurrentForS) ratios[good++] = beats_[at].ratio;
  }
  record.pulseRatePerMin = rate_.perMin(nowS);
  record.pulseAmplitudePercent = usualPerfusion();
  record.lowPerfusion = record.pulseAmplitudePercent < lowPerfusionPercent;
  record.questionable = isQuestionable(nowS);
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
