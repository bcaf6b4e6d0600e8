// Rows of a table as a model reads them.
#pragma once

#include <equipoise/data/csv.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::cli {

/// The model's variables alone, as what the model says they are.
CsvOptions csv_options(const Scm& scm);

}  // namespace equipoise::cli
