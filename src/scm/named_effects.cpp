// Named effects written out as probabilities and expectations.
#include <array>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/graph/relations.hpp>
#include <equipoise/scm/model_query.hpp>

#include "scm/model_names.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::ModelNames;

class EffectWriter {
 public:
  EffectWriter(const ModelNames& names, const QueryEffect& effect, bool is_subtracted)
      : names_(names), effect_(effect), is_subtracted_(is_subtracted) {}

  std::vector<Query::Term> written() const {
    const QueryText &x = effect_.treatment.variable, &y = effect_.outcome.variable;
    names_.node(y);
    const auto [x1, x0] = contrast(effect_.treatment);
    const auto treated = [&](const QueryText& value) { return QueryVariable{y, {set(x, value)}}; };
    const auto equals = [](QueryVariable variable, const QueryText& value) {
      return QueryEvent{std::move(variable), Comparison::equal, value};
    };
    switch (effect_.kind) {
      case QueryEffect::Kind::ate:
      case QueryEffect::Kind::cde: {
        QueryCondition active{{{x, x1}}, {}}, reference{{{x, x0}}, {}};
        for (const QuerySetting& setting : effect_.controlled)
          for (QueryCondition* each : {&active, &reference})
            each->actions.push_back({setting.variable.name, *setting.value});
        return {mean({y, {}}, std::move(active)), less_mean({y, {}}, std::move(reference))};
      }
      case QueryEffect::Kind::ett: {
        const QueryCondition among_treated{{}, {equals({x, {}}, x1)}};
        return {mean(treated(x1), among_treated), less_mean(treated(x0), among_treated)};
      }
      case QueryEffect::Kind::nde: return natural(x1, x0, x0);
      case QueryEffect::Kind::nie: return natural(x0, x1, x0);
      case QueryEffect::Kind::pse: return {term(false, effect_)};
      default: break;
    }
    const auto [y1, y0] = contrast(effect_.outcome);
    if (effect_.kind == QueryEffect::Kind::pn)
      return {
          term(false, QueryProbability{{equals(treated(x0), y0)}, {{}, {equals({x, {}}, x1), equals({y, {}}, y1)}}})};
    if (effect_.kind == QueryEffect::Kind::ps)
      return {
          term(false, QueryProbability{{equals(treated(x1), y1)}, {{}, {equals({x, {}}, x0), equals({y, {}}, y0)}}})};
    return {term(false, QueryProbability{{equals(treated(x1), y1), equals(treated(x0), y0)}, {}})};
  }

 private:
  template <class Part>
  Query::Term term(bool is_less, Part part) const {
    return {is_less != is_subtracted_, std::move(part)};
  }
  Query::Term mean(QueryVariable of, QueryCondition condition) const {
    return term(false, QueryExpectation{{{false, std::move(of)}}, std::move(condition)});
  }
  Query::Term less_mean(QueryVariable of, QueryCondition condition) const {
    return term(true, QueryExpectation{{{false, std::move(of)}}, std::move(condition)});
  }
  static QuerySetting set(const QueryText& variable, const QueryText& value) { return {{variable, {}}, value}; }

  /// E[Y_{X=own, M_{X=mediated}}] - E[Y_{X=reference}]: one of the edge itself and the mediators carries the change,
  /// the other the reference. An effect along nothing is none.
  std::vector<Query::Term> natural(const QueryText& own, const QueryText& mediated, const QueryText& reference) const {
    const CausalGraph& graph = names_.model().graph();
    const QueryText &x = effect_.treatment.variable, &y = effect_.outcome.variable;
    const NodeSet of_x(graph.size(), {names_.node(x)}), of_y(graph.size(), {names_.node(y)});
    const NodeSet mediators = (descendants(graph, of_x) & ancestors(graph, of_y)) - of_x - of_y;
    if (own == reference ? mediators.empty() : !graph.has_directed(names_.node(x), names_.node(y))) return {};
    QueryVariable crossed{y, {set(x, own)}};
    for (const Node m : mediators)
      crossed.world.push_back({{{graph.name(m), x.column}, {set(x, mediated)}}, std::nullopt});
    return {mean(std::move(crossed), {}), less_mean({y, {set(x, reference)}}, {})};
  }

  /// The value and the reference that an effect compares.
  std::array<QueryText, 2> contrast(const QueryEffect::Contrast& contrast) const {
    const Node v = names_.node(contrast.variable);
    if (contrast.value) return {*contrast.value, *contrast.reference};
    const std::size_t column = contrast.variable.column;
    if (names_.find_value(v, "1") && names_.find_value(v, "0")) return {QueryText{"1", column}, QueryText{"0", column}};
    const auto& levels = names_.variable(v).levels;
    if (levels.size() == 2) return {QueryText{levels[1], column}, QueryText{levels[0], column}};
    names_.fail(contrast.variable, "'" + contrast.variable.text + "', which has other values than 0 and 1",
                "the two values to compare, as in " + contrast.variable.text + "=b vs a");
  }

  const ModelNames& names_;
  const QueryEffect& effect_;
  bool is_subtracted_;
};

}  // namespace

Query without_named_effects(const Scm& model, const Query& query, const std::string& place) {
  const ModelNames names(model, place);
  Query plain;
  for (const Query::Term& term : query.terms) {
    const auto* effect = std::get_if<QueryEffect>(&term.part);
    if (effect == nullptr) {
      plain.terms.push_back(term);
      continue;
    }
    for (Query::Term& part : EffectWriter(names, *effect, term.is_subtracted).written())
      plain.terms.push_back(std::move(part));
  }
  return plain;
}

}  // namespace equipoise::inline v0
