#include <equipoise/core/bayesian_bootstrap.hpp>

#include <equipoise/core/distributions.hpp>

namespace equipoise::inline v0 {

void bayesian_bootstrap_weights(std::span<const double> people, const RandomStream& stream, std::span<double> weights) {
  for (std::size_t i = 0; i < people.size(); ++i) {
    RowStream random = stream.row(i);
    weights[i] = people[i] > 0 ? draw_gamma(random, people[i]) : 0.0;
  }
}

}  // namespace equipoise::inline v0
