#include <equipoise/scm/intervention.hpp>

#include <charconv>
#include <cmath>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/scm/noise_mechanism.hpp>

namespace equipoise::inline v0 {

Assignment resolve_assignment(const Scm& scm, std::string_view name, std::string_view value, std::string_view place) {
  const auto v = scm.graph().find(name);
  if (!v)
    throw Error(ErrorCode::query_unknown_variable, std::string(place), "unknown variable '" + std::string(name) + "'",
                "a variable of the model", suggestion(name, scm.graph().names()));
  const std::vector<std::string>& levels = scm.variable(*v).levels;
  for (std::size_t k = 0; k < levels.size(); ++k)
    if (levels[k] == value) return {*v, static_cast<double>(k)};
  double number = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), number);
  const bool is_number = error == std::errc{} && end == value.data() + value.size() && std::isfinite(number);
  const bool is_index =
      is_number && number >= 0 && number < static_cast<double>(levels.size()) && number == std::floor(number);
  if (!(scm.variable(*v).has_levels() ? is_index : is_number))
    throw Error(ErrorCode::query_syntax, std::string(place),
                "'" + std::string(value) + "' for '" + std::string(name) + "'",
                scm.variable(*v).has_levels() ? "one of its levels" : "a finite number", suggestion(value, levels));
  return {*v, number};
}

Scm intervene(const Scm& scm, std::span<const Assignment> intervention) {
  Scm result = scm;
  for (const Assignment& each : intervention)
    result = result.with_root(each.variable, NoiseMechanism(Noise(ConstantNoise{each.value})));
  return result;
}

}  // namespace equipoise::inline v0
