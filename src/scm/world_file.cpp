#include <equipoise/scm/world_file.hpp>

#include <algorithm>
#include <cassert>
#include <vector>

#include <equipoise/core/parallel.hpp>
#include <equipoise/core/progress_meter.hpp>
#include <equipoise/data/csv_rows.hpp>

#include "core/file.hpp"

namespace equipoise::inline v0 {
namespace {

CsvRows lines_of(const Scm& scm) {
  std::vector<CsvRows::Column> columns;
  for (const VariableSpec& variable : scm.variables()) columns.push_back({variable.name, variable.levels});
  return CsvRows(columns);
}

/// What one task works in.
struct BlockLines {
  std::vector<double> values;
  std::string text;
};

/// Formats blocks in parallel, a few a thread at a time, and writes them in their order; `columns_of(block, values)`
/// gives a pointer to each column's values, for which `values` is room.
template <class ColumnsOf>
void write_blocks(FileWriter& file, const Scm& scm, std::size_t rows, Parallelism parallelism, ProgressMeter& meter,
                  ColumnsOf columns_of) {
  constexpr std::size_t blocks_a_thread = 4;
  const CsvRows lines = lines_of(scm);
  if (!file.write(lines.header())) return;
  const std::size_t blocks = detail::block_count(rows);
  std::vector<BlockLines> batch(std::min<std::size_t>(blocks, blocks_a_thread * parallelism.threads()));
  for (std::size_t first = 0; first < blocks; first += batch.size()) {
    const std::size_t count = std::min(batch.size(), blocks - first);
    parallel_for(count, parallelism, [&](std::size_t n) {
      const RowBlock block = detail::nth_block(first + n, rows);
      batch[n].text.clear();
      lines.append(columns_of(block, batch[n].values), block.size, batch[n].text);
    });
    for (std::size_t n = 0; n < count; ++n) {
      if (!file.write(batch[n].text)) return;
      meter.advance(detail::nth_block(first + n, rows).size);
    }
  }
}

/// Columns of so many rows one behind the other.
std::vector<const double*> columns_at(const double* first, std::size_t stride, std::size_t count) {
  std::vector<const double*> columns(count);
  for (std::size_t c = 0; c < count; ++c) columns[c] = first + c * stride;
  return columns;
}

}  // namespace

void write_sample(const std::string& path, const Scm& scm, std::size_t rows, const SampleOptions& options,
                  const Progress& progress) {
  FileWriter file(path);
  const auto drawn = [&](RowBlock block, std::vector<double>& values) {
    values.resize(scm.size() * block.size);
    detail::sample_block(scm, options.seed, block, values.data(), block.size);
  };
  if (file.is_direct())
    parallel_for(detail::block_count(rows), options.parallelism, [&](std::size_t n) {
      std::vector<double> values;
      drawn(detail::nth_block(n, rows), values);
    });
  ProgressMeter meter(progress, "sampling", rows);
  write_blocks(file, scm, rows, options.parallelism, meter, [&](RowBlock block, std::vector<double>& values) {
    drawn(block, values);
    return columns_at(values.data(), block.size, scm.size());
  });
  file.finish();
}

void write_world(const std::string& path, const Scm& scm, const Eigen::MatrixXd& world, Parallelism parallelism,
                 const Progress& progress) {
  assert(world.cols() == static_cast<Eigen::Index>(scm.size()));
  FileWriter file(path);
  const auto rows = static_cast<std::size_t>(world.rows());
  ProgressMeter meter(progress, "writing rows", rows);
  write_blocks(file, scm, rows, parallelism, meter, [&](RowBlock block, std::vector<double>&) {
    return columns_at(world.data() + block.first, rows, scm.size());
  });
  file.finish();
}

}  // namespace equipoise::inline v0
