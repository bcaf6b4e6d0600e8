// Tables as worlds of a model and back: columns by name, levels by text.
#pragma once

#include <Eigen/Core>

#include <equipoise/data/table.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// The world that a table shows: its columns matched by name, levels by text; columns that the model does not
/// know are left out, and columns of the variables in `absent` are 0 whatever the table holds. Throws
/// table_unknown_column where a variable has no column, table_type where a cell is no level of the variable.
Eigen::MatrixXd world_of(const Scm& scm, const Table& table, const NodeSet& absent);

Eigen::MatrixXd world_of(const Scm& scm, const Table& table);

/// A world as a table, levels by their texts.
Table table_of(const Scm& scm, const Eigen::MatrixXd& world);

}  // namespace equipoise::inline v0
