// Second-order filter sections. In double: a high pass of half a hertz at 18 bits needs more than float's 24 bits of mantissa.
#pragma once

namespace healthsense {

class Biquad {
 public:
  /** Butterworth; `cornerHz` below half of `sampleHz`. */
  static Biquad lowPass(double sampleHz, double cornerHz);
  static Biquad highPass(double sampleHz, double cornerHz);

  double step(double input) {
    const double output = b0_ * input + state1_;
    state1_ = b1_ * input - a1_ * output + state2_;
    state2_ = b2_ * input - a2_ * output;
    return output;
  }

  void reset() { state1_ = state2_ = 0; }

 private:
  double b0_ = 1;
  double b1_ = 0;
  double b2_ = 0;
  double a1_ = 0;
  double a2_ = 0;
  double state1_ = 0;
  double state2_ = 0;
};

/** High pass, then low pass, both of second order. */
class BandPass {
 public:
  BandPass(double sampleHz, double lowHz, double highHz)
      : high_(Biquad::highPass(sampleHz, lowHz)), low_(Biquad::lowPass(sampleHz, highHz)) {}

  double step(double input) { return low_.step(high_.step(input)); }

  void reset() {
    high_.reset();
    low_.reset();
  }

 private:
  Biquad high_;
  Biquad low_;
};

}  // namespace healthsense
