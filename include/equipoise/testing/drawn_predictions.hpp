// Rows, weights and scores drawn at random, as an objective would see them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/core/random.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/objective/predictions.hpp>

namespace equipoise::inline v0 {

/// What a drawn table holds, and how scores are spread.
struct PredictionDraw {
  Link link = Link::logistic;
  std::vector<std::string> level_columns = {};   ///< columns of levels "0", "1", … that the objective reads
  std::vector<std::string> number_columns = {};  ///< columns of standard normal numbers
  std::size_t levels = 3;                        ///< of each column of levels
  std::size_t rows = 24;                         ///< at least 2
  double score_scale = 2;                        ///< standard deviation of the scores
};

/// Predictions that own what they show: each member one entry a row, `scores` a list a world. The rows stand for those
/// trained on as well, as `member_scores` would have it.
struct DrawnPredictions {
  Table table;
  std::vector<double> outcome, weights;
  std::vector<std::vector<double>> scores;
  Link link = Link::logistic;
  double cutoff = 0;
  std::vector<double> reference, member_scores;

  std::size_t rows() const noexcept { return outcome.size(); }
  std::size_t worlds() const noexcept { return scores.size(); }

  /// Calls f with these predictions as an objective sees them.
  template <class F>
  decltype(auto) seen_by(F&& f) const {
    const std::vector<std::span<const double>> spans(scores.begin(), scores.end());
    const std::span<const double> learnt = member_scores;
    const Predictions members{
        .table = table, .outcome = outcome, .weights = weights, .link = link, .cutoff = cutoff, .scores = {&learnt, 1}};
    return std::forward<F>(f)(Predictions{.table = table,
                                          .outcome = outcome,
                                          .weights = weights,
                                          .link = link,
                                          .cutoff = cutoff,
                                          .scores = spans,
                                          .reference = reference,
                                          .members = &members});
  }
  /// The rows at these indices, in this order; an index may stand twice.
  DrawnPredictions select(std::span<const std::size_t> indices) const {
    const auto chosen = [&](const std::vector<double>& values) {
      std::vector<double> result;
      for (const std::size_t i : indices) result.push_back(values[i]);
      return result;
    };
    DrawnPredictions result{table.select(indices), chosen(outcome),      chosen(weights), {}, link, cutoff,
                            chosen(reference),     chosen(member_scores)};
    for (const std::vector<double>& world : scores) result.scores.push_back(chosen(world));
    return result;
  }
};

/// Draws predictions in `worlds` worlds: outcomes, levels, scores and a cutoff at random; weights that are whole in
/// some draws and fractions in others, a tenth of them 0. The first rows hold both outcomes, two different levels and a
/// weight above 0, so that no objective meets a table on which it is not defined. A function of the seed and `number`.
inline DrawnPredictions draw_predictions(const PredictionDraw& draw, std::size_t worlds, std::uint64_t seed,
                                         std::uint64_t number) {
  RowStream random = RandomStream({.seed = seed, .purpose = Purpose::test}).row(number);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random.uniform() * static_cast<double>(n)); };
  const auto normal = [&] {
    double sum = -6;  // of twelve uniforms: near enough to normal, and free of mathematics libraries
    for (int i = 0; i < 12; ++i) sum += random.uniform();
    return sum;
  };
  std::vector<Column> columns;
  for (const std::string& name : draw.level_columns) {
    Column& column = columns.emplace_back(Column{name, ColumnType::categorical, {}, {}});
    for (std::size_t level = 0; level < draw.levels; ++level) column.levels.push_back(std::to_string(level));
    for (std::size_t i = 0; i < draw.rows; ++i)
      column.values.push_back(static_cast<double>(i < 2 ? i % draw.levels : below(draw.levels)));
  }
  for (const std::string& name : draw.number_columns) {
    Column& column = columns.emplace_back(Column{name, ColumnType::continuous, {}, {}});
    for (std::size_t i = 0; i < draw.rows; ++i) column.values.push_back(normal());
  }
  if (columns.empty()) columns.push_back({"row", ColumnType::continuous, {}, std::vector<double>(draw.rows)});
  DrawnPredictions drawn{Table(std::move(columns)), {}, {}, {}, draw.link, 0, {}, {}};
  const bool whole = random.uniform() < 0.5;
  for (std::size_t i = 0; i < draw.rows; ++i) {
    const double happened = i < 2 ? static_cast<double>(i) : random.uniform() < 0.5 ? 0 : 1;
    drawn.outcome.push_back(draw.link == Link::logistic ? happened : normal());
    const double weight = whole ? static_cast<double>(1 + below(5)) : 0.05 + random.uniform();
    drawn.weights.push_back(i >= 2 && random.uniform() < 0.1 ? 0 : weight);
  }
  drawn.scores.resize(worlds);
  for (std::vector<double>& world : drawn.scores)
    for (std::size_t i = 0; i < draw.rows; ++i) world.push_back(draw.score_scale * normal());
  if (random.uniform() < 0.5) drawn.cutoff = 0.5 * normal();
  for (std::size_t i = 0; i < draw.rows; ++i) {
    drawn.reference.push_back(draw.score_scale * normal());
    drawn.member_scores.push_back(draw.score_scale * normal());
  }
  return drawn;
}

}  // namespace equipoise::inline v0
