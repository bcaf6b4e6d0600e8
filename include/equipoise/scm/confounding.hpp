// Hidden common causes of a model's variables: those that its graph draws, and those that its mechanisms share.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <algorithm>
#include <string>

#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// Whether some exogenous variable is read by both.
inline bool share_exogenous(const Scm& model, Node a, Node b) {
  const auto inputs = model.inputs(b);
  return std::any_of(model.inputs(a).begin(), model.inputs(a).end(), [&](const Scm::Input& each) {
    return each.exogenous && std::find(inputs.begin(), inputs.end(), each) != inputs.end();
  });
}

/// The pairs that a hidden common cause joins, as text: "X and Z, X and W"; with `unmodelled`, those alone that share
/// no exogenous variable. Empty where there is none.
inline std::string confounded_pairs(const Scm& model, bool unmodelled) {
  const CausalGraph& graph = model.graph();
  std::string pairs;
  for (Node v = 0; v < graph.size(); ++v)
    for (const Node sibling : graph.siblings(v))
      if (v < sibling && !(unmodelled && share_exogenous(model, v, sibling)))
        pairs += (pairs.empty() ? "" : ", ") + graph.name(v) + " and " + graph.name(sibling);
  return pairs;
}

}  // namespace equipoise::inline v0
