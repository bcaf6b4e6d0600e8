#include <equipoise/scm/independence_test.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include <equipoise/core/error.hpp>
#include <equipoise/core/special_functions.hpp>
#include <equipoise/scm/residual_products.hpp>

namespace equipoise::inline v0 {
namespace {

/// a, b and what is given, as columns 0, 1 and 2, ….
struct NamedTest {
  NamedTest(const Table& table, std::string_view a, std::string_view b, std::span<const std::string> given,
            std::uint64_t seed)
      : data(table, names_of(a, b, given), seed), tests(data, places(given.size())) {}

  detail::TestData data;
  detail::TestsGiven tests;

 private:
  static std::vector<std::string> names_of(std::string_view a, std::string_view b, std::span<const std::string> given) {
    std::vector<std::string> names{std::string(a), std::string(b)};
    names.insert(names.end(), given.begin(), given.end());
    for (std::size_t i = 0; i < names.size(); ++i)
      if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
          names.begin() + static_cast<std::ptrdiff_t>(i))
        throw Error(ErrorCode::value_out_of_range, "independence test", "'" + names[i] + "' named twice",
                    "different variables");
    return names;
  }
  static std::vector<std::size_t> places(std::size_t count) {
    std::vector<std::size_t> result(count);
    for (std::size_t i = 0; i < count; ++i) result[i] = i + 2;
    return result;
  }
};

void require_levels(const detail::TestData& data, std::size_t column, bool levels) {
  if (data.columns[column]->has_levels() == levels) return;
  throw Error(ErrorCode::table_type, "column '" + data.columns[column]->name + "'", levels ? "numbers" : "levels",
              levels ? "levels, for a G-test" : "numbers, for a partial correlation");
}

}  // namespace

IndependenceTest g_test(const Table& table, std::string_view a, std::string_view b,
                        std::span<const std::string> given) {
  const NamedTest named(table, a, b, given, 1);
  for (std::size_t v = 0; v < named.data.columns.size(); ++v) require_levels(named.data, v, true);
  return named.tests.strata(0, 1, false);
}

IndependenceTest partial_correlation_test(const Table& table, std::string_view a, std::string_view b,
                                          std::span<const std::string> given) {
  const NamedTest named(table, a, b, given, 1);
  const detail::TestData& data = named.data;
  require_levels(data, 0, false);
  require_levels(data, 1, false);
  IndependenceTest test{.method = "partial correlation", .people = data.weights.effective};
  const Eigen::VectorXd& root = data.weights.root;
  std::vector<Eigen::MatrixXd> blocks{Eigen::MatrixXd(root)};
  for (std::size_t v = 2; v < data.features.size(); ++v) {
    const detail::VariableFeatures& known = data.features[v];
    blocks.push_back(root.asDiagonal() * (known.has_levels ? known.indicators : Eigen::MatrixXd(known.value)));
  }
  Eigen::MatrixXd pair(root.size(), 2);
  pair << data.features[0].value, data.features[1].value;
  pair = root.asDiagonal() * pair;
  const Eigen::Vector2d before = pair.colwise().squaredNorm();
  const Eigen::Index rank = detail::project_out(blocks, pair);
  const Eigen::Vector2d left = pair.colwise().squaredNorm();
  const double degrees = test.people - static_cast<double>(rank) - 1;
  for (Eigen::Index side = 0; side < 2; ++side)
    if (!(left[side] > 1e-10 * before[side])) test.note = detail::note_of_fixed(data, static_cast<std::size_t>(side));
  if (!(degrees >= 1)) test.note = "too few rows for what is given";
  if (!test.note.empty()) return test;
  const double correlation = std::clamp(pair.col(0).dot(pair.col(1)) / std::sqrt(left[0] * left[1]), -1.0, 1.0);
  // t^2 / (t^2 + degrees) is the squared correlation.
  test.p_value = regularised_beta(degrees / 2, 0.5, 1 - correlation * correlation);
  const double t = correlation * std::sqrt(degrees / std::max(1e-300, 1 - correlation * correlation));
  test.parts.push_back({"correlation " + shortest(correlation), t, degrees, test.p_value, 1});
  return test;
}

IndependenceTest residual_product_test(const Table& table, std::string_view a, std::string_view b,
                                       std::span<const std::string> given, const IndependenceOptions& options) {
  NamedTest named(table, a, b, given, options.seed);
  return named.tests.residual_products(0, 1, true);
}

IndependenceTest independence_test(const Table& table, std::string_view a, std::string_view b,
                                   std::span<const std::string> given, const IndependenceOptions& options) {
  NamedTest named(table, a, b, given, options.seed);
  return named.tests.test(0, 1, true);
}

}  // namespace equipoise::inline v0
