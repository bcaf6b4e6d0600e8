#include <equipoise/scm/monte_carlo_answer.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include <equipoise/core/number.hpp>
#include <equipoise/core/parallel.hpp>
#include <equipoise/core/progress_meter.hpp>
#include <equipoise/scm/particles.hpp>

namespace equipoise::inline v0 {
namespace {

using detail::ParticlePlan;
using detail::Particles;

constexpr double impossible = -std::numeric_limits<double>::infinity();

/// Draws with a rare value that there may have been and were not: those of the error of a count, whose own spread says
/// nothing where it is 0 and too little where it is small (Agresti, Coull 1998).
constexpr double unseen_draws = 2;

/// A term that is a probability, or one addend of a mean: means are linear, so that no addend needs to know of
/// another's world.
struct Part {
  std::size_t number;  ///< of the term
  const WorldTerm* term;
  const WorldAddend* addend = nullptr;

  void add_copies(std::vector<std::size_t>& copies) const {
    if (addend != nullptr) copies.push_back(addend->copy);
    for (const WorldEvent& event : term->of) {
      copies.push_back(event.left);
      if (event.right) copies.push_back(*event.right);
    }
  }

  double value(const Particles& units, std::size_t i) const {
    if (addend == nullptr)
      return std::all_of(term->of.begin(), term->of.end(),
                         [&](const WorldEvent& event) { return units.is_true(event, i); })
                 ? term->coefficient
                 : 0;
    const double value = units.values(addend->copy)[i];
    return term->coefficient * addend->weight *
           (addend->numbers.empty() ? value : addend->numbers[static_cast<std::size_t>(value)]);
  }

  /// How far apart two values can be, of those that chance decides: 0 of numbers, which have no such bound.
  double range(const ParticlePlan& plan) const {
    if (addend == nullptr) return std::abs(term->coefficient);
    const ParallelWorlds& worlds = plan.worlds();
    const std::size_t levels = worlds.variable(addend->copy).levels.size();
    if (levels == 0 || plan.known(addend->copy) || worlds[addend->copy].constant() != nullptr) return 0;
    double range = static_cast<double>(levels - 1);
    if (!addend->numbers.empty()) {
      const auto [least, greatest] = std::minmax_element(addend->numbers.begin(), addend->numbers.end());
      range = *greatest - *least;
    }
    return std::abs(term->coefficient * addend->weight) * range;
  }
};

ParticlePlan plan_of(const WorldQuestion& question, std::span<const Part> parts) {
  std::vector<std::size_t> copies;
  for (const Part& part : parts) part.add_copies(copies);
  return {question.worlds, parts.front().term->given, copies};
}

/// Parts with the same condition, which the same weighted draws answer.
struct Group {
  std::vector<Part> parts;
  ParticlePlan plan;
};

/// Adds the part to the first of its condition; a mechanism that cannot be followed between worlds keeps parts apart.
void add_part(const WorldQuestion& question, const Part& part, std::vector<std::vector<Part>>& alike) {
  for (std::vector<Part>& parts : alike) {
    if (parts.front().term->given != part.term->given) continue;
    parts.push_back(part);
    if (plan_of(question, parts).is_followable()) return;
    parts.pop_back();
  }
  alike.push_back({part});
}

std::vector<Group> groups_of(const WorldQuestion& question) {
  std::vector<std::vector<Part>> alike;
  for (std::size_t t = 0; t < question.terms.size(); ++t) {
    const WorldTerm& term = question.terms[t];
    if (term.mean_of.empty()) add_part(question, {t, &term}, alike);
    for (const WorldAddend& addend : term.mean_of) add_part(question, {t, &term, &addend}, alike);
  }
  std::vector<Group> groups;
  for (std::vector<Part>& parts : alike) {
    ParticlePlan plan = plan_of(question, parts);
    groups.push_back({std::move(parts), std::move(plan)});
  }
  return groups;
}

/// Sums of a block, all to be multiplied by exp(log_scale), the squares by its square.
struct BlockSums {
  double log_scale = impossible;
  double weights = 0, weighted_values = 0, squared_weights = 0;
  unsigned atoms = 0;
  bool is_resampled = false;

  void rescale(double to) {
    const double factor = log_scale == impossible ? 0 : std::exp(log_scale - to);
    weights *= factor;
    weighted_values *= factor;
    squared_weights *= factor * factor;
    log_scale = to;
  }
};

BlockSums sums_of_block(const Group& group, std::uint64_t seed, RowBlock rows) {
  BlockSums sums;
  const Particles units(group.plan, seed, rows);
  if (units.is_dead()) return sums;
  const std::span<const double> log_weights = units.log_weights();
  const double greatest = *std::max_element(log_weights.begin(), log_weights.end());
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (log_weights[i] == impossible) continue;
    double value = 0;
    for (const Part& part : group.parts) value += part.value(units, i);
    const double weight = std::exp(log_weights[i] - greatest);
    sums.weights += weight;
    sums.squared_weights += weight * weight;
    sums.weighted_values += weight * value;
  }
  sums.log_scale = greatest + units.log_scale();
  sums.is_resampled = units.is_resampled();
  sums.atoms = units.atoms();
  return sums;
}

/// All blocks of a group, brought to one scale.
struct GroupSums {
  std::vector<BlockSums> blocks;
  double weights = 0, weighted_values = 0, squared_weights = 0;

  void total() {
    unsigned atoms = 0;
    for (const BlockSums& block : blocks)
      if (block.log_scale > impossible) atoms = std::max(atoms, block.atoms);
    double scale = impossible;
    for (BlockSums& block : blocks) {
      if (block.atoms < atoms) block.log_scale = impossible;
      scale = std::max(scale, block.log_scale);
    }
    if (scale == impossible) return;
    for (BlockSums& block : blocks) {
      block.rescale(scale);
      weights += block.weights;
      weighted_values += block.weighted_values;
      squared_weights += block.squared_weights;
    }
  }
  double value() const { return weighted_values / weights; }
  /// Kong's, of the units. Where some were drawn anew they are not independent, while blocks are: as many independent
  /// units as would make the blocks' weights differ as much as they do, if those are fewer.
  double effective_sample_size(double draws) const {
    const double units = weights * weights / squared_weights;
    if (std::none_of(blocks.begin(), blocks.end(), [](const BlockSums& block) { return block.is_resampled; }))
      return units;
    double squares = 0;
    for (const BlockSums& block : blocks) squares += block.weights * block.weights;
    const auto count = static_cast<double>(blocks.size());
    const double relative_variance = std::max(0.0, count * squares / (weights * weights) - 1);  // of a block's weight
    return std::min(units, draws / (1 + draws / count * relative_variance));
  }
};

/// Blocks are many, so that they tell the error, and small enough for the cache.
std::size_t block_size(std::size_t draws) { return std::clamp<std::size_t>(draws / 256, 16, detail::block_rows); }

/// The standard error of the sum of the groups' ratios, by how the blocks' shares of it differ.
double standard_error(const std::vector<GroupSums>& groups) {
  const std::size_t blocks = groups.front().blocks.size();
  double squares = 0;
  for (std::size_t b = 0; b < blocks; ++b) {
    double influence = 0;
    for (const GroupSums& group : groups)
      influence += (group.blocks[b].weighted_values - group.value() * group.blocks[b].weights) / group.weights;
    squares += influence * influence;
  }
  const auto count = static_cast<double>(blocks);
  return std::sqrt(squares * count / std::max(1.0, count - 1));
}

}  // namespace

std::variant<MonteCarloEstimate, NoSupport> monte_carlo_answer(const WorldQuestion& question,
                                                               const MonteCarloOptions& options) {
  const auto draws = static_cast<double>(options.draws);
  if (question.terms.empty()) return MonteCarloEstimate{0, 0, draws, options.draws};
  const std::vector<Group> groups = groups_of(question);
  const std::size_t size = block_size(options.draws), blocks = (options.draws + size - 1) / size;
  for (const Group& group : groups)
    if (const auto copy = group.plan.first_unweighable())
      return NoSupport{group.parts.front().number,
                       "a value of '" + question.worlds.variable(*copy).name +
                           "' that its causes may give it exactly, and they vary continuously"};
  std::vector<GroupSums> sums(groups.size());
  for (GroupSums& group : sums) group.blocks.resize(blocks);
  ProgressMeter meter(options.progress, "drawing", blocks);
  parallel_for(blocks, options.parallelism, [&](std::size_t b) {
    const RowBlock rows{b * size, std::min(size, options.draws - b * size)};
    for (std::size_t g = 0; g < groups.size(); ++g) sums[g].blocks[b] = sums_of_block(groups[g], options.seed, rows);
    meter.advance();
  });
  MonteCarloEstimate estimate{0, 0, draws, options.draws};
  double unseen = 0;  // variance
  for (std::size_t g = 0; g < groups.size(); ++g) {
    sums[g].total();
    const std::size_t term = groups[g].parts.front().number;
    if (!(sums[g].weights > 0))
      return NoSupport{term, "none of " + std::to_string(options.draws) + " draws meets the condition"};
    const double effective = sums[g].effective_sample_size(draws);
    if (!question.terms[term].given.empty() && effective < options.least_effective_sample_size)
      return NoSupport{term, "an effective sample size of " + shortest(std::round(effective * 10) / 10) + " of " +
                                 std::to_string(options.draws) + " draws, given the condition"};
    estimate.value += sums[g].value();
    estimate.effective_sample_size = std::min(estimate.effective_sample_size, effective);
    double range = 0;
    for (const Part& part : groups[g].parts) range += part.range(groups[g].plan);
    unseen += std::pow(unseen_draws * range / effective, 2);
  }
  if (!std::isfinite(estimate.value)) return NoSupport{0, "a mean that is not finite"};
  estimate.standard_error = std::hypot(standard_error(sums), std::sqrt(unseen));
  return estimate;
}

}  // namespace equipoise::inline v0
