#include "cli/counterfactual_steps.hpp"

#include <map>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/identify/derive.hpp>
#include <equipoise/identify/idc_star.hpp>
#include <equipoise/identify/notation.hpp>

#include "identify/expression_json.hpp"

namespace equipoise::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string level_text(Node v, std::size_t level, const CausalGraph& graph, const VariableLevels& levels) {
  return level < levels.texts[v].size() ? graph.name(v) + "=" + levels.texts[v][level] : graph.name(v);
}

class StepWriter {
 public:
  StepWriter(const CausalGraph& graph, const BoundQuery& query, const IdentifiedTerm& term, const KnownTables& known)
      : graph_(graph), query_(query), term_(term), known_(known) {}

  Json steps() {
    const auto& asked = query_.terms[term_.term].question;
    if (const auto* worlds = std::get_if<CounterfactualQuestion>(&asked))
      of_worlds(*worlds);
    else if (const auto* paths = std::get_if<PathSpecificQuestion>(&asked))
      of_paths(*paths);
    else if (known_.knowledge().all_interventions)
      add("known", "every interventional distribution is", final_line());
    else
      add("identified", "by more steps than are written down", final_line());
    return std::move(steps_);
  }

 private:
  void add(const std::string& rule, const std::string& reason, const std::string& line) {
    steps_.push_back({{"rule", rule}, {"reason", rule + ": " + reason}, {"line", line}});
  }

  std::string final_line() const {
    std::map<Symbol, std::string> values;
    for (const auto& [s, level] : term_.at)
      if (level < query_.levels.texts[s.variable].size()) values[s] = query_.levels.texts[s.variable][level];
    return to_text(term_.estimand, graph_.names(), values, Notation::text, known_.populations());
  }

  void of_worlds(const CounterfactualQuestion& question) {
    CounterfactualEvent joint = question.event;
    joint.insert(joint.end(), question.evidence.begin(), question.evidence.end());
    if (!question.evidence.empty())
      add("definition of conditioning", "what the evidence separates from the event cancels",
          "P(" + event_text(joint, graph_, query_.levels) + ") / P(" +
              event_text(question.evidence, graph_, query_.levels) + ")");
    const auto made = counterfactual_graph(graph_, joint);
    const auto& cg = std::get<CounterfactualGraph>(made);
    std::string all, by_district;
    for (std::size_t i = 0; i < cg.nodes.size(); ++i) all += (all.empty() ? "" : ", ") + node_text(cg, i);
    add("worlds", "ancestors in every world, merged where their parents have the same values",
        sum_text(cg) + "P(" + all + ")");
    std::vector<NodeSet> districts;
    for (const auto& district : detail::districts(graph_, cg)) {
      std::string members;
      for (const std::size_t i : district.nodes) members += (members.empty() ? "" : ", ") + node_text(cg, i);
      by_district += (by_district.empty() ? "" : " ") + ("P(" + members + ")");
      districts.push_back(district.variables);
    }
    add("districts", "hidden causes tie responses together within a district alone", sum_text(cg) + by_district);
    of_districts(districts);
    add("substitution", "each effect by its estimand, at the values that its district meets", final_line());
  }

  void of_paths(const PathSpecificQuestion& question) {
    NodeSet outcome = graph_.none(), treatment = graph_.none();
    outcome.insert(question.outcome), treatment.insert(question.treatment);
    const std::vector<NodeSet> districts =
        equipoise::districts(graph_, ancestors(graph_, outcome, graph_.all() - treatment));
    std::string by_district;
    for (const NodeSet& district : districts) by_district += (by_district.empty() ? "" : " ") + effect_text(district);
    add("districts",
        "hidden causes tie variables together within a district alone, and each sees the treatment at one value",
        by_district);
    of_districts(districts);
    add("substitution", "each effect by its estimand, at the value of the treatment that its paths carry",
        final_line());
  }

  NodeSet outer_parents(const NodeSet& district) const {
    NodeSet parents = graph_.none();
    for (const Node v : district) parents |= graph_.parents(v);
    return parents - district;
  }

  std::string effect_text(const NodeSet& district) const {
    return to_text(probability({0, symbols_of(district), {}, symbols_of(outer_parents(district))}), graph_.names());
  }

  // Each district's responses are an effect of the parents that do not belong to it.
  void of_districts(const std::vector<NodeSet>& districts) {
    if (known_.knowledge().all_interventions) return;
    for (const NodeSet& district : districts) {
      add("exclusion", "responses of a district to its parents are an effect", effect_text(district));
      auto derived = derive_effect(graph_, district, outer_parents(district), known_.knowledge().sources);
      if (const auto* derivation = std::get_if<Derivation>(&derived))
        for (Json& step : derivation_to_json(*derivation, graph_.names(), known_.populations()))
          steps_.push_back(std::move(step));
    }
  }

  // Variables that nothing fixes, which are summed over.
  std::string sum_text(const CounterfactualGraph& cg) const {
    std::string over;
    for (std::size_t i = 0; i < cg.nodes.size(); ++i)
      if (!cg.nodes[i].value.is_level) over += (over.empty() ? "" : ", ") + open_name(cg, i);
    return over.empty() ? "" : "sum_{" + over + "} ";
  }

  // A value that nothing fixes goes by its variable's name, with a prime for each node before it of the same variable.
  std::string open_name(const CounterfactualGraph& cg, std::size_t node) const {
    std::string name = graph_.name(cg.nodes[node].variable);
    for (std::size_t i = 0; i < node; ++i)
      if (cg.nodes[i].variable == cg.nodes[node].variable && !cg.nodes[i].value.is_level) name += '\'';
    return name;
  }

  std::string term_text(const CounterfactualGraph& cg, Node v, CounterfactualTerm term) const {
    return term.is_level ? level_text(v, term.index, graph_, query_.levels) : open_name(cg, term.index);
  }

  std::string node_text(const CounterfactualGraph& cg, std::size_t i) const {
    const CounterfactualNode& node = cg.nodes[i];
    std::string action;
    auto input = node.inputs.begin();
    for (const Node parent : graph_.parents(node.variable))
      action += (action.empty() ? "" : ", ") + term_text(cg, parent, *input++);
    const std::string name = graph_.name(node.variable) + (action.empty() ? "" : "_{" + action + "}");
    const bool is_named = node.value.is_level && node.value.index < query_.levels.texts[node.variable].size();
    const std::string value = is_named ? query_.levels.texts[node.variable][node.value.index] : open_name(cg, i);
    return value == name ? name : name + " = " + value;
  }

  const CausalGraph& graph_;
  const BoundQuery& query_;
  const IdentifiedTerm& term_;
  const KnownTables& known_;
  Json steps_ = Json::array();
};

}  // namespace

std::string setting_text(const CounterfactualSetting& setting, const CausalGraph& graph, const VariableLevels& levels) {
  if (!setting.nested.empty()) return variable_text(setting.nested.front(), graph, levels);
  return level_text(setting.variable, setting.level, graph, levels);
}

std::string variable_text(const CounterfactualVariable& variable, const CausalGraph& graph,
                          const VariableLevels& levels) {
  std::string action;
  for (const CounterfactualSetting& setting : variable.action)
    action += (action.empty() ? "" : ", ") + setting_text(setting, graph, levels);
  return graph.name(variable.variable) + (action.empty() ? "" : "_{" + action + "}");
}

std::string event_text(const CounterfactualEvent& event, const CausalGraph& graph, const VariableLevels& levels) {
  std::string text;
  for (const CounterfactualValue& value : event) {
    text += (text.empty() ? "" : ", ") + variable_text(value.variable, graph, levels);
    const auto& texts = levels.texts[value.variable.variable];
    if (value.level < texts.size()) text += " = " + texts[value.level];
  }
  return text;
}

Json counterfactual_steps(const CausalGraph& graph, const BoundQuery& query, const IdentifiedTerm& term,
                          const KnownTables& known) {
  return StepWriter(graph, query, term, known).steps();
}

}  // namespace equipoise::cli
