#include <equipoise/data/split.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <numeric>
#include <span>
#include <utility>

#include <equipoise/core/distributions.hpp>
#include <equipoise/core/error.hpp>
#include <equipoise/core/random.hpp>

namespace equipoise::inline v0 {
namespace {

constexpr double most_numbered_people = 1e7;

/// Deals the people of some rows into parts: `quota` people to each, drawn without replacement. People are
/// numbered in the order of their rows, shuffled by the stream (Fisher, Yates), and dealt.
void deal(std::span<const std::size_t> rows, std::span<const double> people, const std::array<std::size_t, 3>& quota,
          RowStream random, std::array<std::vector<double>, 3>& dealt) {
  std::vector<std::size_t> person;
  for (const std::size_t row : rows) person.insert(person.end(), static_cast<std::size_t>(people[row]), row);
  for (std::size_t i = person.size(); i > 1; --i)
    std::swap(person[i - 1], person[static_cast<std::size_t>(random.uniform() * static_cast<double>(i))]);
  std::size_t at = 0;
  for (std::size_t part = 0; part < 3; ++part)
    for (std::size_t k = 0; k < quota[part]; ++k) dealt[part][person[at++]] += 1;
}

/// The same for people too many to number: of each row, how many fall to each part, which is hypergeometric given how
/// many fell to it before.
void deal_by_rows(std::span<const std::size_t> rows, std::span<const double> people,
                  const std::array<std::size_t, 3>& quota, RowStream random,
                  std::array<std::vector<double>, 3>& dealt) {
  std::vector<double> left;
  for (const std::size_t row : rows) left.push_back(people[row]);
  for (std::size_t part = 0; part < 3; ++part) {
    double others = std::accumulate(left.begin(), left.end(), 0.0), wanted = static_cast<double>(quota[part]);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      others -= left[i];
      const double drawn = draw_hypergeometric(random, left[i], others, wanted);
      dealt[part][rows[i]] = drawn;
      left[i] -= drawn;
      wanted -= drawn;
    }
  }
}

/// Whole numbers with these shares of `total` that add up to it: each the share rounded down, and one more for
/// those with the largest remainders.
std::array<std::size_t, 3> apportion(std::size_t total, const std::array<double, 3>& shares) {
  std::array<std::size_t, 3> quota{};
  std::array<double, 3> remainder{};
  std::size_t given = 0;
  for (std::size_t part = 0; part < 3; ++part) {
    const double exact = shares[part] * static_cast<double>(total);
    quota[part] = static_cast<std::size_t>(exact);
    remainder[part] = exact - static_cast<double>(quota[part]);
    given += quota[part];
  }
  while (given < total) {
    const auto largest =
        static_cast<std::size_t>(std::max_element(remainder.begin(), remainder.end()) - remainder.begin());
    ++quota[largest];
    remainder[largest] = -1;
    ++given;
  }
  return quota;
}

Table part_of(const Table& table, const std::vector<double>& weights) {
  std::vector<std::size_t> rows;
  std::vector<double> kept;
  for (std::size_t row = 0; row < weights.size(); ++row)
    if (weights[row] > 0) {
      rows.push_back(row);
      kept.push_back(weights[row]);
    }
  Table part = table.select(rows);
  if (!kept.empty()) part.set_weights(std::move(kept));
  return part;
}

}  // namespace

Split split(const Table& table, const SplitOptions& options) {
  if (!(options.validation >= 0 && options.test >= 0 && options.validation + options.test < 1))
    throw Error(ErrorCode::value_out_of_range, "split",
                "validation " + std::to_string(options.validation) + " and test " + std::to_string(options.test),
                "shares of 0 or more that leave some people to learn from");
  const std::size_t rows = table.rows();
  const bool counts = table.weights_are_counts();
  const std::vector<double> people =
      counts ? std::vector<double>(table.weights().begin(), table.weights().end()) : std::vector<double>(rows, 1.0);

  std::vector<bool> held_out(rows, false);
  double validation = options.validation, test = options.test;
  if (!options.fold_column.empty()) {
    const Column& fold = table.column(options.fold_column);
    std::vector<double> test_levels;
    for (const std::string& name : options.test_folds) test_levels.push_back(static_cast<double>(fold.level(name)));
    for (std::size_t row = 0; row < rows; ++row)
      held_out[row] = std::find(test_levels.begin(), test_levels.end(), fold.values[row]) != test_levels.end();
    test = 0;
  }

  // Strata by the combination of levels; one stratum where nothing is named.
  std::map<std::vector<double>, std::vector<std::size_t>> strata;
  std::vector<const Column*> by;
  for (const std::string& name : options.stratify_by) by.push_back(&table.column(name));
  std::array<std::vector<double>, 3> dealt;
  for (auto& part : dealt) part.assign(rows, 0.0);
  for (std::size_t row = 0; row < rows; ++row) {
    if (held_out[row]) {
      dealt[2][row] = people[row];
      continue;
    }
    std::vector<double> key;
    for (const Column* column : by) key.push_back(column->values[row]);
    strata[std::move(key)].push_back(row);
  }
  const RandomStream stream(
      {.seed = options.seed, .purpose = Purpose::split, .point = 0, .replicate = options.replicate});
  std::uint64_t number = 0;
  for (const auto& [key, members] : strata) {
    double total = 0;
    for (const std::size_t row : members) total += people[row];
    const auto quota = apportion(static_cast<std::size_t>(total), {1 - validation - test, validation, test});
    (total > most_numbered_people ? deal_by_rows : deal)(members, people, quota, stream.row(number++), dealt);
  }
  if (!counts)
    for (auto& part : dealt)
      for (std::size_t row = 0; row < rows; ++row) part[row] *= table.weights()[row];

  Split result{part_of(table, dealt[0]), part_of(table, dealt[1]), part_of(table, dealt[2])};
  const bool wants_test = test > 0 || !options.fold_column.empty();
  const char* empty = result.training.rows() == 0                       ? "no people are left to learn from"
                      : validation > 0 && result.validation.rows() == 0 ? "no people are left for validation"
                      : wants_test && result.test.rows() == 0           ? "no people are left for the test"
                                                                        : nullptr;
  if (empty != nullptr) throw Error(ErrorCode::infeasible, "split", empty, "more people, or other shares");
  return result;
}

}  // namespace equipoise::inline v0
