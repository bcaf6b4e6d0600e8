#include <equipoise/identify/bounds.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <limits>
#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <equipoise/graph/relations.hpp>
#include <equipoise/identify/id.hpp>
#include <equipoise/identify/idc_star.hpp>
#include <equipoise/identify/linear_program.hpp>
#include <equipoise/identify/natural_bounds.hpp>
#include <equipoise/identify/response_types.hpp>

namespace equipoise::inline v0 {
namespace {

/// weight * P(event | evidence), an addend of the query's value; once normalised, weight * P(event), which holds the
/// evidence too.
struct EventTerm {
  double weight = 1;
  CounterfactualEvent event, evidence;
};

// P(y | do(x), z) as an event of the world that do(x) makes.
EventTerm as_events(double weight, const EffectQuestion& question, const std::map<Node, std::size_t>& at) {
  std::vector<CounterfactualSetting> action;
  for (const Node x : question.treatment) action.push_back({x, at.at(x), {}});
  EventTerm term{weight, {}, {}};
  for (const Node y : question.outcome) term.event.push_back({{y, action}, at.at(y)});
  for (const Node z : question.given) term.evidence.push_back({{z, action}, at.at(z)});
  return term;
}

// A district of a counterfactual graph that no estimand gives, and the factors of the others.
struct LinearTerm {
  CounterfactualGraph graph;
  std::vector<std::pair<detail::CounterfactualDistrict, Expression>> identified;
  std::vector<detail::CounterfactualDistrict> open;
};

class BoundsOfQuery {
 public:
  BoundsOfQuery(const CausalGraph& graph, const BoundQuery& query, const Knowledge& knowledge,
                const std::vector<KnownDistribution>& known, const BoundsOptions& options)
      : graph_(graph),
        query_(query),
        knowledge_(knowledge),
        known_(known),
        options_(options),
        evaluation_(known),
        cardinalities_(query.levels.cardinalities()) {}

  std::variant<Bounds, Undefined, NoModel> bounds() {
    // Terms that are identified are numbers; the others are bounded.
    QueryIdentification answer = identify_query(graph_, query_, knowledge_);
    assert(!answer.undefined);
    for (const RefusedTerm& refused : std::exchange(answer.refused, {})) refused_.push_back(refused.term);
    const auto identified = evaluate_query(answer, query_, evaluation_);
    if (const auto* undefined = std::get_if<Undefined>(&identified)) return *undefined;
    auto bounds = bounds_of_refused();
    if (auto* found = std::get_if<Bounds>(&bounds))
      found->low += std::get<double>(identified), found->high += std::get<double>(identified);
    return bounds;
  }

 private:
  std::variant<Bounds, Undefined, NoModel> bounds_of_refused() {
    std::vector<EventTerm> terms;
    for (const std::size_t i : refused_)
      if (!append(query_.terms[i], terms)) return widest();
    std::vector<LinearTerm> linear;
    std::vector<double> weights;
    NodeSet district = graph_.none();
    bool is_linear = true;
    for (EventTerm& term : terms) {
      if (!normalise(term)) return *undefined_;
      if (std::isnan(term.weight)) return widest();
      auto split = split_districts(term);
      if (!split) continue;  // an event that cannot happen
      NodeSet here = graph_.none();
      for (const auto& open : split->open) here |= district_of(graph_, open.variables.front(), graph_.all());
      is_linear = is_linear && split->open.size() <= 1 && (district.empty() || here.empty() || here == district);
      district |= here;
      linear.push_back(*std::move(split));
      weights.push_back(term.weight);
    }
    std::optional<ResponseTypes> types;
    if (is_linear && !district.empty())
      types = ResponseTypes::of_district(graph_, district, cardinalities_, options_.most_response_types);
    if (!is_linear || (!types && !district.empty())) return bounds_by_consistency(terms);
    return solve(linear, weights, district, types);
  }

  // Without a bound of its own, a probability is from 0 to 1.
  Bounds widest() const {
    Bounds bounds{0, 0, false};
    for (const std::size_t i : refused_) {
      const BoundTerm& term = query_.terms[i];
      double least = 0, greatest = 1;
      if (term.mean_of) {
        least = std::numeric_limits<double>::infinity(), greatest = -least;
        for (std::size_t level = 0; level < cardinalities_[*term.mean_of]; ++level) {
          const double number = *number_of_level(query_.levels, *term.mean_of, level);
          least = std::min(least, number), greatest = std::max(greatest, number);
        }
      }
      const auto [low, high] = std::minmax({term.coefficient * least, term.coefficient * greatest});
      bounds.low += low, bounds.high += high;
    }
    return bounds;
  }

  bool append(const BoundTerm& term, std::vector<EventTerm>& terms) const {
    if (const auto* question = std::get_if<CounterfactualQuestion>(&term.question)) {
      terms.push_back({term.coefficient, question->event, question->evidence});
      return true;
    }
    const auto* question = std::get_if<EffectQuestion>(&term.question);
    if (question == nullptr) return false;
    if (!term.mean_of) {
      terms.push_back(as_events(term.coefficient, *question, question->at));
      return true;
    }
    std::map<Node, std::size_t> at = question->at;
    for (std::size_t level = 0; level < cardinalities_[*term.mean_of]; ++level) {
      at[*term.mean_of] = level;
      const double number = *number_of_level(query_.levels, *term.mean_of, level);
      if (number != 0) terms.push_back(as_events(term.coefficient * number, *question, at));
    }
    return true;
  }

  // Divides the weight by P(evidence), NaN where that is not identified, and joins the evidence to the event.
  bool normalise(EventTerm& term) {
    if (term.evidence.empty()) return true;
    const auto found = identify_counterfactual(graph_, term.evidence, knowledge_.sources);
    if (const auto* identified = std::get_if<CounterfactualIdentified>(&found)) {
      const auto value = evaluation_.value(identified->estimand, identified->at);
      if (const auto* undefined = std::get_if<Undefined>(&value)) {
        undefined_ = *undefined;
        return false;
      }
      if (std::get<double>(value) == 0) {
        undefined_ = Undefined{identified->estimand, identified->at};
        return false;
      }
      term.weight /= std::get<double>(value);
    } else {
      term.weight = std::numeric_limits<double>::quiet_NaN();
    }
    term.event.insert(term.event.end(), term.evidence.begin(), term.evidence.end());
    return true;
  }

  std::optional<LinearTerm> split_districts(const EventTerm& term) const {
    const auto made = counterfactual_graph(graph_, term.event);
    const auto* cg = std::get_if<CounterfactualGraph>(&made);
    if (cg == nullptr) return std::nullopt;
    LinearTerm split{*cg, {}, {}};
    for (auto& district : detail::districts(graph_, split.graph)) {
      std::variant<Expression, Hedge> q = Hedge{};
      if (!detail::conflict(graph_, split.graph, district))
        q = identify_q_from(graph_, district.variables, knowledge_.sources);
      if (const auto* factor = std::get_if<Expression>(&q))
        split.identified.emplace_back(std::move(district), *factor);
      else
        split.open.push_back(std::move(district));
    }
    return split;
  }

  std::variant<Bounds, Undefined, NoModel> solve(const std::vector<LinearTerm>& linear,
                                                 const std::vector<double>& weights, const NodeSet& district,
                                                 const std::optional<ResponseTypes>& types) {
    LinearProgram program;
    program.objective.assign(types ? types->count() : 1, 0.0);
    double constant = 0;
    for (std::size_t t = 0; t < linear.size(); ++t)
      if (!add_term(linear[t], weights[t], types, program, constant)) return *undefined_;
    if (!types) return Bounds{constant, constant, true};
    const bool is_complete = add_known(district, *types, program);
    Bounds bounds{0, 0, is_complete && district.size() <= 2};
    for (double* end : {&bounds.low, &bounds.high}) {
      const auto found = minimise(program, options_.most_pivots);
      if (const auto* infeasible = std::get_if<Infeasible>(&found)) return NoModel{infeasible->violation};
      if (std::holds_alternative<PivotsSpent>(found)) {
        bounds.is_sharp = false;
        *end = -std::numeric_limits<double>::infinity();
      } else {
        *end = std::get<LinearProgramSolution>(found).safe_value;
      }
      for (double& c : program.objective) c = -c;
    }
    bounds.low += constant;
    bounds.high = constant - bounds.high;
    if (bounds.low > bounds.high) std::swap(bounds.low, bounds.high);  // ends of one number that rounding crossed
    const Bounds any = widest();
    bounds.low = std::clamp(bounds.low, any.low, any.high);
    bounds.high = std::clamp(bounds.high, any.low, any.high);
    return bounds;
  }

  // Calls visit(levels of the graph's nodes) for every level of those that the event leaves open.
  template <class Visit>
  bool for_each_assignment(const CounterfactualGraph& cg, Visit visit) const {
    std::vector<std::size_t> levels;
    for (const auto& node : cg.nodes) levels.push_back(node.value.is_level ? node.value.index : 0);
    for (;;) {
      if (!visit(levels)) return false;
      std::size_t i = levels.size();
      for (;;) {
        if (i == 0) return true;
        --i;
        if (cg.nodes[i].value.is_level) continue;
        if (++levels[i] < cardinalities_[cg.nodes[i].variable]) break;
        levels[i] = 0;
      }
    }
  }

  static std::size_t level_of(CounterfactualTerm term, const std::vector<std::size_t>& levels) {
    return term.is_level ? term.index : levels[term.index];
  }

  // Adds weight * P(event) to the objective, or to the constant where no district is open.
  bool add_term(const LinearTerm& term, double weight, const std::optional<ResponseTypes>& types,
                LinearProgram& program, double& constant) {
    return for_each_assignment(term.graph, [&](const std::vector<std::size_t>& levels) {
      double product = weight;
      for (const auto& [district, factor] : term.identified) {
        const auto value = evaluation_.value(factor, met_levels(term.graph, district, factor, levels));
        if (const auto* undefined = std::get_if<Undefined>(&value)) {
          undefined_ = *undefined;
          return false;
        }
        product *= std::get<double>(value);
      }
      if (term.open.empty())
        constant += product;
      else if (product != 0)
        for (std::size_t type = 0; type < types->count(); ++type)
          if (answers(term, *types, type, levels)) program.objective[type] += product;
      return true;
    });
  }

  // The levels of an identified factor's symbols, as the district meets them; what it does not meet is arbitrary.
  std::map<Symbol, std::size_t> met_levels(const CounterfactualGraph& cg,
                                           const detail::CounterfactualDistrict& district, const Expression& factor,
                                           const std::vector<std::size_t>& levels) const {
    std::map<Symbol, std::size_t> at;
    for (const Symbol s : free_symbols(factor)) at[s] = 0;
    detail::for_each_met_value(graph_, cg, district, [&](std::size_t, Node variable, CounterfactualTerm value) {
      at[{variable, 0}] = level_of(value, levels);
      return false;
    });
    return at;
  }

  // Whether a type gives every node of the open district its level.
  static bool answers(const LinearTerm& term, const ResponseTypes& types, std::size_t type,
                      const std::vector<std::size_t>& levels) {
    std::vector<std::size_t> inputs;
    for (const std::size_t node : term.open.front().nodes) {
      inputs.clear();
      for (const CounterfactualTerm input : term.graph.nodes[node].inputs) inputs.push_back(level_of(input, levels));
      if (types.response(type, term.graph.nodes[node].variable, inputs) != levels[node]) return false;
    }
    return true;
  }

  // What each source says of the district: Q[C] for the variables C that it leaves to nature, at every level of their
  // parents and of what it fixes. Returns whether that is all they say: that no cell was undefined, and so left out,
  // and that no population differs in some of C, which tells of the others' responses what is no equation.
  bool add_known(const NodeSet& district, const ResponseTypes& types, LinearProgram& program) {
    NodeSet parents = graph_.none();
    for (const Node v : district) parents |= graph_.parents(v);
    bool is_complete = true;
    std::vector<std::vector<double>> rows;
    for (const Source& source : knowledge_.sources) {
      const NodeSet fixed = district & source.intervened, natural = district - fixed;
      if (source.selection.intersects(natural)) {
        is_complete = is_complete && natural.is_subset_of(source.selection);
        continue;
      }
      if (natural.empty()) continue;
      const Expression q = q_of(natural, source);
      std::vector<std::size_t> levels(graph_.size(), 0);
      for_each_level((parents - district) | fixed, levels, [&] {
        for_each_level(natural, levels, [&] {
          std::map<Symbol, std::size_t> at;
          for (const Symbol s : free_symbols(q)) at[s] = levels[s.variable];
          const auto value = evaluation_.value(q, at);
          if (std::holds_alternative<Undefined>(value))
            is_complete = false;
          else
            rows.push_back(row_of(types, fixed, natural, levels, std::get<double>(value)));
        });
      });
    }
    rows.emplace_back(types.count() + 1, 1.0);  // the types' probabilities sum to 1
    program.rows = rows.size();
    program.matrix.resize(rows.size() * types.count());
    for (std::size_t i = 0; i < rows.size(); ++i) {
      program.right.push_back(rows[i].back());
      for (std::size_t type = 0; type < types.count(); ++type) program.matrix[type * rows.size() + i] = rows[i][type];
    }
    return is_complete;
  }

  template <class Visit>
  void for_each_level(const NodeSet& nodes, std::vector<std::size_t>& levels, Visit visit) const {
    const std::vector<Node> list(nodes.begin(), nodes.end());
    for (const Node v : list) levels[v] = 0;
    for (;;) {
      visit();
      std::size_t i = list.size();
      for (;;) {
        if (i == 0) return;
        --i;
        if (++levels[list[i]] < cardinalities_[list[i]]) break;
        levels[list[i]] = 0;
      }
    }
  }

  // Q[C] where nature decides on C: the product of its districts' factors.
  Expression q_of(const NodeSet& natural, const Source& source) const {
    std::vector<Expression> factors;
    const NodeSet within = graph_.all() - source.intervened;
    for (NodeSet left = natural; !left.empty();) {
      const NodeSet c = district_of(graph_, left.front(), within);
      for (const auto& link : q_factor_of_district(graph_, c, within, source.population, source.intervened).chain)
        factors.push_back(link.conditional);
      left -= c;
    }
    return product(std::move(factors));
  }

  static std::vector<double> row_of(const ResponseTypes& types, const NodeSet& fixed, const NodeSet& natural,
                                    const std::vector<std::size_t>& levels, double value) {
    std::vector<double> row(types.count() + 1, 0.0);
    std::vector<std::size_t> answer = levels;
    for (std::size_t type = 0; type < types.count(); ++type) {
      types.respond(type, fixed, answer);
      bool same = true;
      for (const Node v : natural) same = same && answer[v] == levels[v];
      row[type] = same ? 1.0 : 0.0;
    }
    row.back() = value;
    return row;
  }

  Bounds bounds_by_consistency(const std::vector<EventTerm>& terms) const {
    const auto observed = std::find_if(known_.begin(), known_.end(), [](const KnownDistribution& each) {
      return each.population == 0 && each.intervened.empty();
    });
    Bounds bounds{0, 0, false};
    for (const EventTerm& term : terms) {
      const Bounds natural =
          observed == known_.end() ? Bounds{0, 1, false} : natural_bounds(observed->table, term.event);
      const auto [low, high] = std::minmax({term.weight * natural.low, term.weight * natural.high});
      bounds.low += low, bounds.high += high;
    }
    const Bounds any = widest();
    return {std::max(bounds.low, any.low), std::min(bounds.high, any.high), false};
  }

  const CausalGraph& graph_;
  const BoundQuery& query_;
  const Knowledge& knowledge_;
  const std::vector<KnownDistribution>& known_;
  BoundsOptions options_;
  Evaluation evaluation_;
  Cardinalities cardinalities_;
  std::vector<std::size_t> refused_;  // terms of the query without an estimand
  std::optional<Undefined> undefined_;
};

}  // namespace

std::variant<Bounds, Undefined, NoModel> bounds_of_query(const CausalGraph& graph, const BoundQuery& query,
                                                         const Knowledge& knowledge,
                                                         const std::vector<KnownDistribution>& known,
                                                         const BoundsOptions& options) {
  assert(names_every_value(query));
  return BoundsOfQuery(graph, query, knowledge, known, options).bounds();
}

}  // namespace equipoise::inline v0
