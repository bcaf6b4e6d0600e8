#include <algorithm>
#include <optional>
#include <variant>

#include <equipoise/scm/intervened_mechanism.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/lookup_mechanism.hpp>
#include <equipoise/scm/table_mechanism.hpp>

namespace equipoise::inline v0 {
namespace {

using FedInputs = std::vector<FedInput>;

template <class Kind>
bool is_change(const FedInput& each) {
  return each.change && std::holds_alternative<Kind>(*each.change);
}

bool are_set(const FedInputs& fed) {
  return std::all_of(fed.begin(), fed.end(),
                     [](const FedInput& each) { return !each.change || is_change<SetTo>(each); });
}

bool are_set_or_affine(const FedInputs& fed) {
  return std::none_of(fed.begin(), fed.end(),
                      [](const FedInput& each) { return is_change<DrawFrom>(each) || is_change<Policy>(each); });
}

LinearPredictor fed_predictor(const LinearPredictor& predictor, const FedInputs& fed) {
  LinearPredictor result{predictor.intercept, {}};
  for (std::size_t c = 0; c < fed.size(); ++c) {
    LinearTerm term = predictor.terms[c];
    if (is_change<SetTo>(fed[c])) {
      const double value = std::get<SetTo>(*fed[c].change).value;
      result.intercept +=
          term.level_effects.empty() ? term.slope * value : term.level_effects[static_cast<std::size_t>(value)];
      continue;
    }
    if (is_change<ShiftBy>(fed[c])) result.intercept += term.slope * std::get<ShiftBy>(*fed[c].change).by;
    if (is_change<ScaleBy>(fed[c])) term.slope *= std::get<ScaleBy>(*fed[c].change).factor;
    result.terms.push_back(std::move(term));
  }
  return result;
}

/// What a table over levels of inputs becomes where some are set: the levels that are left, and, for each of their
/// configurations, which one of the whole table it is.
struct TableSlice {
  std::vector<std::size_t> input_levels, configurations;

  TableSlice(const std::vector<std::size_t>& levels, const FedInputs& fed) {
    for (std::size_t c = 0; c < levels.size(); ++c)
      if (!fed[c].change) input_levels.push_back(levels[c]);
    const std::size_t count = detail::configuration_count(input_levels);
    for (std::size_t k = 0; k < count; ++k) {
      std::size_t rest = k, whole = 0, stride = 1;
      for (std::size_t c = levels.size(); c-- > 0; stride *= levels[c]) {
        std::size_t level = 0;
        if (fed[c].change) {
          level = static_cast<std::size_t>(std::get<SetTo>(*fed[c].change).value);
        } else {
          level = rest % levels[c];
          rest /= levels[c];
        }
        whole += level * stride;
      }
      configurations.push_back(whole);
    }
  }
};

TableMechanism fed_table(const TableMechanism& table, const FedInputs& fed) {
  const ProbabilityTable& kernel = table.kernel();
  TableSlice slice(kernel.input_levels(), fed);
  const std::size_t levels = kernel.level_count();
  std::vector<double> probabilities;
  for (const std::size_t k : slice.configurations) {
    const auto row = kernel.table().begin() + static_cast<std::ptrdiff_t>(k * levels);
    probabilities.insert(probabilities.end(), row, row + static_cast<std::ptrdiff_t>(levels));
  }
  return TableMechanism(ProbabilityTable(std::move(slice.input_levels), levels, std::move(probabilities)),
                        table.coupling());
}

LookupMechanism fed_lookup(const LookupMechanism& lookup, const FedInputs& fed) {
  TableSlice slice(lookup.input_levels(), fed);
  std::vector<std::size_t> values;
  for (const std::size_t k : slice.configurations) values.push_back(lookup.values()[k]);
  return LookupMechanism(std::move(slice.input_levels), lookup.level_count(), std::move(values));
}

}  // namespace

AnyMechanism fed_with(const AnyMechanism& base, std::vector<FedInput> fed, std::size_t inputs) {
  if (are_set_or_affine(fed)) {
    if (const auto* linear = base.get_if<LinearMechanism>())
      return LinearMechanism(fed_predictor(linear->predictor(), fed), linear->noise());
    if (const auto* logistic = base.get_if<LogisticMechanism>()) {
      std::vector<LinearPredictor> scores;
      for (const LinearPredictor& score : logistic->kernel().scores()) scores.push_back(fed_predictor(score, fed));
      return LogisticMechanism(LogisticProbabilities(inputs, std::move(scores)), logistic->coupling());
    }
  }
  if (are_set(fed)) {
    if (const auto* table = base.get_if<TableMechanism>()) return fed_table(*table, fed);
    if (const auto* lookup = base.get_if<LookupMechanism>()) return fed_lookup(*lookup, fed);
  }
  return FedMechanism(base, std::move(fed), inputs);
}

}  // namespace equipoise::inline v0
