// Bayesian networks from files in the interchange format BIF.
#pragma once

#include <string>
#include <string_view>

#include <equipoise/scm/coupling.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// Reads a network of discrete variables (Cozman 1998, "The interchange format for Bayesian networks", 0.15) as a
/// model: its variables in the file's order, each with its levels and a table given its parents, a root with its
/// probabilities. A network says nothing of the noise behind its tables, so counterfactuals need a `coupling`, which is
/// then assumed; unstated, the model samples and intervenes.
///
/// Both ways of writing a table are read: a row for each configuration of the parents, as in `(yes, no) 0.9, 0.1;`,
/// with a `default` for those not listed; and `table`, all numbers in one list, in which the variable's own value
/// changes slowest and the last parent's fastest. A row may miss the sum of 1 by 0.001, as printed digits do, and is
/// scaled to it. Properties and comments are passed over.
///
/// Throws scm_invalid at `file:line:column`, with a suggestion for a misspelt name or level; graph_cycle; file_missing.
Scm read_bif(const std::string& path, Coupling coupling = Coupling::unstated);
/// The same from text; `file` begins the places of errors.
Scm parse_bif(std::string_view text, std::string file = "network.bif", Coupling coupling = Coupling::unstated);

}  // namespace equipoise::inline v0
