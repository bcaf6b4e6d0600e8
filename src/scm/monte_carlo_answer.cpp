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

/// Terms with the same condition, which the same weighted draws answer.
struct Group {
  std::vector<std::size_t> terms;
  ParticlePlan plan;
};

std::vector<std::size_t> copies_asked_for(const WorldQuestion& question, std::span<const std::size_t> terms) {
  std::vector<std::size_t> copies;
  for (const std::size_t t : terms) {
    for (const WorldAddend& addend : question.terms[t].mean_of) copies.push_back(addend.copy);
    for (const WorldEvent& event : question.terms[t].of) {
      copies.push_back(event.left);
      if (event.right) copies.push_back(*event.right);
    }
  }
  return copies;
}

std::vector<Group> groups_of(const WorldQuestion& question) {
  std::vector<std::vector<std::size_t>> alike;
  for (std::size_t t = 0; t < question.terms.size(); ++t) {
    const auto found = std::find_if(alike.begin(), alike.end(), [&](const std::vector<std::size_t>& each) {
      return question.terms[each.front()].given == question.terms[t].given;
    });
    if (found == alike.end())
      alike.push_back({t});
    else
      found->push_back(t);
  }
  std::vector<Group> groups;
  for (std::vector<std::size_t>& terms : alike) {
    ParticlePlan plan(question.worlds, question.terms[terms.front()].given, copies_asked_for(question, terms));
    groups.push_back({std::move(terms), std::move(plan)});
  }
  return groups;
}

/// coefficient * value of a term for unit i.
double value_of(const WorldTerm& term, const Particles& units, std::size_t i) {
  if (term.mean_of.empty())
    return std::all_of(term.of.begin(), term.of.end(), [&](const WorldEvent& event) { return units.is_true(event, i); })
               ? term.coefficient
               : 0;
  double sum = 0;
  for (const WorldAddend& addend : term.mean_of) {
    const double value = units.values(addend.copy)[i];
    sum += addend.weight * (addend.numbers.empty() ? value : addend.numbers[static_cast<std::size_t>(value)]);
  }
  return term.coefficient * sum;
}

/// Sums of a block, all to be multiplied by exp(log_scale), the squares by its square.
struct BlockSums {
  double log_scale = impossible;
  double weights = 0, weighted_values = 0, squared_weights = 0;
  double least = std::numeric_limits<double>::infinity(), greatest = -least;  // of the values

  void rescale(double to) {
    const double factor = log_scale == impossible ? 0 : std::exp(log_scale - to);
    weights *= factor;
    weighted_values *= factor;
    squared_weights *= factor * factor;
    log_scale = to;
  }
};

BlockSums sums_of_block(const WorldQuestion& question, const Group& group, std::uint64_t seed, RowBlock rows) {
  BlockSums sums;
  const Particles units(group.plan, seed, rows);
  if (units.is_dead()) return sums;
  const std::span<const double> log_weights = units.log_weights();
  const double greatest = *std::max_element(log_weights.begin(), log_weights.end());
  for (std::size_t i = 0; i < rows.size; ++i) {
    if (log_weights[i] == impossible) continue;
    double value = 0;
    for (const std::size_t t : group.terms) value += value_of(question.terms[t], units, i);
    const double weight = std::exp(log_weights[i] - greatest);
    sums.weights += weight;
    sums.squared_weights += weight * weight;
    sums.weighted_values += weight * value;
    sums.least = std::min(sums.least, value);
    sums.greatest = std::max(sums.greatest, value);
  }
  sums.log_scale = greatest + units.log_scale();
  return sums;
}

/// All blocks of a group, brought to one scale.
struct GroupSums {
  std::vector<BlockSums> blocks;
  double weights = 0, weighted_values = 0, squared_weights = 0;
  double least = std::numeric_limits<double>::infinity(), greatest = -least;

  void total() {
    double scale = impossible;
    for (const BlockSums& block : blocks) scale = std::max(scale, block.log_scale);
    if (scale == impossible) return;
    for (BlockSums& block : blocks) {
      block.rescale(scale);
      weights += block.weights;
      weighted_values += block.weighted_values;
      squared_weights += block.squared_weights;
      least = std::min(least, block.least);
      greatest = std::max(greatest, block.greatest);
    }
  }
  double value() const { return weighted_values / weights; }
  double effective_sample_size(double per_block) const {
    double squares_of_blocks = 0;  // blocks that were resampled hold units alike: they count no more than they weigh
    for (const BlockSums& block : blocks) squares_of_blocks += block.weights * block.weights;
    return std::min(weights * weights / squared_weights, per_block * weights * weights / squares_of_blocks);
  }
};

/// Blocks are many, so that they tell the error, and small enough for the cache.
std::size_t block_size(std::size_t draws) { return std::clamp<std::size_t>(draws / 256, 16, detail::block_rows); }

bool asks_for_probabilities_alone(const WorldQuestion& question) {
  return std::all_of(question.terms.begin(), question.terms.end(),
                     [](const WorldTerm& term) { return term.mean_of.empty(); });
}

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
  if (question.terms.empty()) return MonteCarloEstimate{0, 0, static_cast<double>(options.draws), options.draws};
  const std::vector<Group> groups = groups_of(question);
  const std::size_t size = block_size(options.draws), blocks = (options.draws + size - 1) / size;
  std::vector<GroupSums> sums(groups.size());
  for (GroupSums& group : sums) group.blocks.resize(blocks);
  ProgressMeter meter(options.progress, "drawing", blocks);
  parallel_for(blocks, options.parallelism, [&](std::size_t b) {
    const RowBlock rows{b * size, std::min(size, options.draws - b * size)};
    for (std::size_t g = 0; g < groups.size(); ++g)
      sums[g].blocks[b] = sums_of_block(question, groups[g], options.seed, rows);
    meter.advance();
  });
  MonteCarloEstimate estimate{0, 0, static_cast<double>(options.draws), options.draws};
  bool differ = false;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    sums[g].total();
    const std::size_t term = groups[g].terms.front();
    if (!(sums[g].weights > 0))
      return NoSupport{term, "none of " + std::to_string(options.draws) + " draws meets the condition"};
    const double effective = sums[g].effective_sample_size(static_cast<double>(size));
    if (!question.terms[term].given.empty() && effective < options.least_effective_sample_size)
      return NoSupport{term, "an effective sample size of " + shortest(std::round(effective * 10) / 10) + " of " +
                                 std::to_string(options.draws) + " draws, given the condition"};
    estimate.value += sums[g].value();
    estimate.effective_sample_size = std::min(estimate.effective_sample_size, effective);
    differ = differ || sums[g].least != sums[g].greatest;
  }
  if (!std::isfinite(estimate.value)) return NoSupport{0, "a mean that is not finite"};
  estimate.standard_error = standard_error(sums);
  if (!differ && asks_for_probabilities_alone(question)) estimate.standard_error = 1 / estimate.effective_sample_size;
  return estimate;
}

}  // namespace equipoise::inline v0
