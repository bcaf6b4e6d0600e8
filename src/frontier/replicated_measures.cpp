#include <equipoise/frontier/replicated_measures.hpp>

#include <equipoise/core/bayesian_bootstrap.hpp>
#include <equipoise/core/statistics.hpp>
#include <equipoise/frontier/hypervolume.hpp>

namespace equipoise::inline v0 {
namespace {

Eigen::MatrixXd rows_of(const Eigen::MatrixXd& matrix, std::span<const std::size_t> rows) {
  Eigen::MatrixXd result(static_cast<Eigen::Index>(rows.size()), matrix.cols());
  for (std::size_t i = 0; i < rows.size(); ++i)
    result.row(static_cast<Eigen::Index>(i)) = matrix.row(static_cast<Eigen::Index>(rows[i]));
  return result;
}

}  // namespace

Estimate hypervolume_estimate(const ReplicatedMeasures& measures, std::span<const std::size_t> members,
                              std::span<const double> reference, double level) {
  std::vector<double> replicates;
  for (const Eigen::MatrixXd& replicate : measures.replicates)
    replicates.push_back(hypervolume(rows_of(replicate, members), reference));
  return percentile_estimate(hypervolume(rows_of(measures.values, members), reference), replicates, level);
}

Estimate hypervolume_difference(const ReplicatedMeasures& measures, std::span<const std::size_t> first,
                                std::span<const std::size_t> second, std::span<const double> reference, double level) {
  const auto difference = [&](const Eigen::MatrixXd& values) {
    return hypervolume(rows_of(values, first), reference) - hypervolume(rows_of(values, second), reference);
  };
  std::vector<double> replicates;
  for (const Eigen::MatrixXd& replicate : measures.replicates) replicates.push_back(difference(replicate));
  return percentile_estimate(difference(measures.values), replicates, level);
}

}  // namespace equipoise::inline v0
