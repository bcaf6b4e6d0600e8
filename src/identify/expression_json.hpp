// Expressions and derivations in JSON.
#pragma once

#include <span>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include <equipoise/identify/derivation.hpp>
#include <equipoise/identify/expression.hpp>

namespace equipoise::inline v0 {

/// The expression as a tree, every sum's symbols its own (with_distinct_symbols). A node is one of
///
///     {"kind": "probability", "of": ["Y"], "given": ["X"], "do": ["Z"], "population": "trial"}
///     {"kind": "sum", "over": ["Z"], "term": NODE}
///     {"kind": "product", "factors": [NODE, …]}
///     {"kind": "fraction", "numerator": NODE, "denominator": NODE}
///
/// A symbol is its variable's name or, where it stands for another value of that variable,
/// {"variable": "X", "copy": 1}. `population` is left out for the target; the number 1 is a product without factors.
/// `names` by node; `populations` by index, a population without a name being its number.
nlohmann::ordered_json expression_to_json(const Expression& expression, std::span<const std::string> names,
                                          std::span<const std::string> populations = {});

/// The steps of a derivation, a list of
///
///     {"rule": "rule 2", "separation": {"left": ["Y"], "right": ["X"], "given": ["Z"], "cut_incoming": [],
///      "cut_outgoing": ["X"]}, "reason": TEXT, "before": NODE, "after": NODE, "places": [[0], [1, 0]],
///      "line": TEXT, "latex": TEXT}
///
/// `separation` is there for rules of do-calculus and for transport, where `right_is_selection` says that the right
/// side is the selection nodes that point to those named. `before` was replaced by `after` at and below the `places`
/// (from the root: which part is entered at each step), which gave the `line`; symbols that sums bind are as they are,
/// so that `before` can be found there.
nlohmann::ordered_json derivation_to_json(const Derivation& derivation, std::span<const std::string> names,
                                          std::span<const std::string> populations = {});

}  // namespace equipoise::inline v0
