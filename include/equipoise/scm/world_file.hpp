// Worlds as CSV files, in memory that does not grow with the rows.
#pragma once

#include <cstddef>
#include <string>

#include <Eigen/Core>

#include <equipoise/core/parallelism.hpp>
#include <equipoise/core/progress.hpp>
#include <equipoise/scm/sampling.hpp>

namespace equipoise::inline v0 {

/// Writes sample(scm, rows, options) as CSV, a column a variable, levels by their texts, whole or not at all; "-" is
/// standard output. Rows are drawn and written block by block, so memory is the same for any number of them. Where what
/// is written cannot be taken back (standard output, a device), all rows are drawn once before, so that a row that
/// fails leaves nothing behind. Throws as `sample`, and file_unwritable.
void write_sample(const std::string& path, const Scm& scm, std::size_t rows, const SampleOptions& options = {},
                  const Progress& progress = {});

/// Writes a world, rows x variables, as write_sample does.
void write_world(const std::string& path, const Scm& scm, const Eigen::MatrixXd& world,
                 Parallelism parallelism = Parallelism::none(), const Progress& progress = {});

}  // namespace equipoise::inline v0
