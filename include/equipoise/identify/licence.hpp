// How a number is known. No causal number travels without its licence.
#pragma once

#include <string>
#include <string_view>

namespace equipoise::inline v0 {

/// What a causal number rests on, from strongest to weakest.
enum class LicenceKind {
  observational,  ///< not a causal number: a statistic of the rows as they are
  identified,     ///< the graph determines it from what is observed; the basis is the estimand
  bounded,        ///< the graph and the data confine it to an interval; the basis says which bounds
  assumed,        ///< it rests on a modelling assumption, which the basis names (a coupling, a functional form)
};

constexpr std::string_view to_string(LicenceKind kind) noexcept {
  switch (kind) {
    case LicenceKind::observational: return "observational";
    case LicenceKind::identified: return "identified";
    case LicenceKind::bounded: return "bounded";
    case LicenceKind::assumed: return "assumed";
  }
  return "assumed";
}

/// A licence and, in words, its basis: the estimand, the bounds, or the assumption.
struct Licence {
  LicenceKind kind = LicenceKind::observational;
  std::string basis;
  friend bool operator==(const Licence&, const Licence&) = default;
};

}  // namespace equipoise::inline v0
