#include <equipoise/scm/gaussian_answer.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include <equipoise/core/number.hpp>
#include <equipoise/scm/discrete_answer.hpp>
#include <equipoise/scm/gaussian_region.hpp>
#include <equipoise/scm/gaussian_worlds.hpp>

namespace equipoise::inline v0 {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

std::vector<std::size_t> copies_of(const WorldTerm& term) {
  std::vector<std::size_t> copies;
  for (const WorldAddend& addend : term.mean_of) copies.push_back(addend.copy);
  for (const auto* events : {&term.of, &term.given})
    for (const WorldEvent& event : *events) {
      copies.push_back(event.left);
      if (event.right) copies.push_back(*event.right);
    }
  return copies;
}

/// The nearest copies with levels that vary behind some, themselves included, ascending.
std::vector<std::size_t> levels_behind(const ParallelWorlds& worlds, std::span<const std::size_t> copies) {
  std::vector<unsigned char> needed(worlds.copies().size());
  for (const std::size_t copy : copies) needed[copy] = 1;
  std::vector<std::size_t> found;
  for (std::size_t copy = needed.size(); copy-- > 0;) {  // each stands after its inputs
    if (needed[copy] == 0 || worlds[copy].constant() != nullptr) continue;
    if (worlds.variable(copy).has_levels()) {
      found.push_back(copy);
      continue;
    }
    for (const Scm::Input& input : worlds[copy].inputs)
      if (!input.exogenous) needed[input.index] = 1;
  }
  std::reverse(found.begin(), found.end());
  return found;
}

/// What one configuration of the levels adds to a term: its weight times P(condition) and times P(both) or E[sum 1].
struct Share {
  double log_weight = 0;  ///< of the configuration, and of the density of the values that are known
  double given = 0, value = 0;
};

/// Shares of one term. Levels move means and no loadings, so that the same values vary in each.
class Shares {
 public:
  void add(const Share& share) { all_.push_back(share); }

  ExactAnswer ratio(std::size_t term) const {
    if (all_.empty()) return ImpossibleCondition{term};
    double greatest = -infinity, given = 0, value = 0;
    for (const Share& share : all_) greatest = std::max(greatest, share.log_weight);
    for (const Share& share : all_) {
      const double weight = std::exp(share.log_weight - greatest);
      given += weight * share.given;
      value += weight * share.value;
    }
    if (!(given > 0)) return NotExact{"a condition less probable than a double can tell from 0"};
    return value / given;
  }

 private:
  std::vector<Share> all_;
};

/// A term where levels stand at one configuration, so that they are constants.
class Configuration {
 public:
  Configuration(const ParallelWorlds& worlds, const WorldTerm& term, std::span<const std::size_t> copies,
                const std::map<std::size_t, double>& levels)
      : worlds_(worlds), term_(term), forms_(worlds, copies, levels) {}

  /// Nothing where the condition is impossible.
  std::variant<std::optional<Share>, NotExact> share(double log_probability) const {
    if (!forms_.reason().empty()) return NotExact{forms_.reason()};
    GaussianEvidence known(forms_.sources());
    for (const WorldEvent& event : term_.given)
      if (is_equality(event) && !known.add(difference(event), 0)) return std::nullopt;
    GaussianRegion condition(forms_.sources());
    for (const WorldEvent& event : term_.given)
      if (!is_equality(event) && !add(event, known, condition)) return std::nullopt;
    if (condition.is_empty()) return std::nullopt;
    const auto given = condition.moments();
    if (!given) return too_many();
    Share share{log_probability + known.log_density(), given->probability, 0};
    for (const WorldAddend& addend : term_.mean_of) share.value += addend.weight * mean(addend, known, *given);
    if (!term_.mean_of.empty()) return share;
    for (const WorldEvent& event : term_.of)
      if (!add(event, known, condition)) return share;
    const auto both = condition.moments();
    if (!both) return too_many();
    share.value = both->probability;
    return share;
  }

 private:
  /// Of what the addend is where the condition holds, and 0 elsewhere.
  double mean(const WorldAddend& addend, const GaussianEvidence& known, const RegionMoments& given) const {
    const AffineForm& form = forms_[addend.copy];
    return addend.numbers.empty() ? given.mean_of(known.given(form))
                                  : addend.numbers.at(static_cast<std::size_t>(form.mean)) * given.probability;
  }

  static NotExact too_many() { return {"inequalities of normal variables in three or more dimensions"}; }

  static bool is_equality(const WorldEvent& event) {
    return event.allowed.empty() && event.comparison == Comparison::equal;
  }

  AffineForm difference(const WorldEvent& event) const {
    AffineForm form = forms_[event.left];
    form.add(-1, event.right ? forms_[*event.right] : AffineForm::constant(event.value));
    return form;
  }

  /// False where levels fail the event.
  bool add(const WorldEvent& event, const GaussianEvidence& known, GaussianRegion& region) const {
    if (event.allowed.empty()) {
      region.add(known.given(difference(event)), event.comparison, 0);
      return true;
    }
    auto index = static_cast<std::size_t>(forms_[event.left].mean);
    if (event.right)
      index =
          index * worlds_.variable(*event.right).levels.size() + static_cast<std::size_t>(forms_[*event.right].mean);
    return event.allowed.at(index) != 0;
  }

  const ParallelWorlds& worlds_;
  const WorldTerm& term_;
  GaussianWorlds forms_;
};

class TermAnswerer {
 public:
  TermAnswerer(const ParallelWorlds& worlds, const WorldTerm& term, const GaussianAnswerOptions& options)
      : worlds_(worlds), term_(term), options_(options), copies_(copies_of(term)) {}

  ExactAnswer answer(std::size_t number) const {
    const std::vector<std::size_t> levels = levels_behind(worlds_, copies_);
    Shares shares;
    if (levels.empty()) {
      const auto obstacle = add({}, 0, shares);
      return obstacle ? ExactAnswer(*obstacle) : shares.ratio(number);
    }
    double configurations = 1;
    for (const std::size_t copy : levels) configurations *= static_cast<double>(worlds_.variable(copy).levels.size());
    if (configurations > static_cast<double>(options_.most_configurations))
      return NotExact{"it takes " + shortest(configurations) + " configurations of levels, more than " +
                      std::to_string(options_.most_configurations)};
    std::vector<WorldEvent> given;
    for (const WorldEvent& event : term_.given)
      if (!event.allowed.empty()) given.push_back(event);
    const auto found = world_distribution(worlds_, levels, given);
    if (const auto* obstacle = std::get_if<NotExact>(&found)) return *obstacle;
    if (std::holds_alternative<ImpossibleCondition>(found)) return ImpossibleCondition{number};
    const Factor& table = std::get<WorldDistribution>(found).table;
    for (std::size_t cell = 0; cell < table.values.size(); ++cell) {
      if (!(table.values[cell] > 0)) continue;
      std::map<std::size_t, double> at;
      for (std::size_t i = levels.size(), rest = cell; i-- > 0; rest /= table.cardinalities[i])
        at[levels[i]] = static_cast<double>(rest % table.cardinalities[i]);
      if (const auto obstacle = add(at, std::log(table.values[cell]), shares)) return *obstacle;
    }
    return shares.ratio(number);
  }

 private:
  std::optional<NotExact> add(const std::map<std::size_t, double>& levels, double log_probability,
                              Shares& shares) const {
    const auto share = Configuration(worlds_, term_, copies_, levels).share(log_probability);
    if (const auto* obstacle = std::get_if<NotExact>(&share)) return *obstacle;
    if (const auto& possible = std::get<std::optional<Share>>(share)) shares.add(*possible);
    return std::nullopt;
  }

  const ParallelWorlds& worlds_;
  const WorldTerm& term_;
  const GaussianAnswerOptions& options_;
  std::vector<std::size_t> copies_;
};

}  // namespace

ExactAnswer gaussian_answer(const WorldQuestion& question, const GaussianAnswerOptions& options) {
  double total = 0;
  for (std::size_t t = 0; t < question.terms.size(); ++t) {
    const ExactAnswer term = TermAnswerer(question.worlds, question.terms[t], options).answer(t);
    const auto* value = std::get_if<double>(&term);
    if (value == nullptr) return term;
    total += question.terms[t].coefficient * *value;
  }
  return total;
}

}  // namespace equipoise::inline v0
