// A number with its uncertainty.
#pragma once

namespace equipoise::inline v0 {

/// An interval, 95% unless the context says otherwise; low <= high.
struct Interval {
  double low = 0;
  double high = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

/// A value and the interval around it; low <= value <= high always.
struct Estimate {
  double value = 0;
  double low = 0;
  double high = 0;
  friend bool operator==(const Estimate&, const Estimate&) = default;
};

}  // namespace equipoise::inline v0
