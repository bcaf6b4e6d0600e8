// Numbers as a person reads them.
#pragma once

#include <string>
#include <string_view>

#include <equipoise/core/interval.hpp>
#include <equipoise/frontier/frontier.hpp>

namespace equipoise::inline v0 {

/// How numbers of a unit are shown: probabilities as percentages.
struct Shown {
  double factor = 1;
  std::string suffix = {};  ///< directly behind the number: "%", " nats"
};

Shown shown_as(std::string_view unit);
/// As above, for differences: probabilities as percentage points.
Shown difference_shown_as(std::string_view unit);

/// Fixed notation with a true minus sign and without a negative zero; independent of the locale.
std::string number_text(double value, int decimals, bool with_plus = false);
/// A count with thousands separated: 4,526.
std::string count_text(double count);

/// The decimals that leave an interval's half width two digits.
int decimals_for(const Estimate& estimate, double factor);
/// "38.8%"
std::string value_text(const Estimate& estimate, const Shown& shown, bool with_plus = false);
/// "[37.5, 40.1]"
std::string interval_text(const Estimate& estimate, const Shown& shown, bool with_plus = false);
/// Both as HTML, the interval set apart.
std::string estimate_html(const Estimate& estimate, const Shown& shown, bool with_plus = false);

/// An objective's label, or its name where it has none.
const std::string& label_of(const FrontierObjective& objective);

}  // namespace equipoise::inline v0
