#include <equipoise/scm/sampling.hpp>

#include <equipoise/core/parallel.hpp>
#include <equipoise/core/random.hpp>

namespace equipoise::inline v0 {
namespace detail {

void sample_block(const Scm& scm, std::uint64_t seed, RowBlock rows, double* out, std::size_t stride) {
  std::vector<double> exogenous(scm.exogenous().size() * rows.size);
  BlockColumns columns;
  for (std::size_t e = 0; e < scm.exogenous().size(); ++e) {
    double* column = exogenous.data() + e * rows.size;
    const RandomStream stream(StreamKey{seed, Purpose::sample, static_cast<std::uint32_t>(scm.size() + e)});
    draw(scm.exogenous()[e].noise, stream, rows, column);
    columns.exogenous.push_back(column);
  }
  for (Node v = 0; v < scm.size(); ++v) columns.nodes.push_back(out + v * stride);
  std::vector<const double*> inputs;
  for (const Node v : scm.graph().topological_order()) {
    columns.inputs_of(scm, v, inputs);
    const Purpose purpose = scm.draws_apart(v) ? Purpose::intervention : Purpose::sample;
    const RandomStream stream(StreamKey{seed, purpose, static_cast<std::uint32_t>(v)});
    for_variable(scm, v, [&] { scm.mechanism(v).sample(inputs, stream, rows, out + v * stride); });
  }
}

}  // namespace detail

Eigen::MatrixXd sample(const Scm& scm, std::size_t rows, const SampleOptions& options) {
  Eigen::MatrixXd world(static_cast<Eigen::Index>(rows), static_cast<Eigen::Index>(scm.size()));
  parallel_for(detail::block_count(rows), options.parallelism, [&](std::size_t n) {
    const RowBlock block = detail::nth_block(n, rows);
    detail::sample_block(scm, options.seed, block, world.data() + block.first, rows);
  });
  return world;
}

}  // namespace equipoise::inline v0
