#include "identify/expression_json.hpp"

#include <string>
#include <utility>
#include <variant>

#include <nlohmann/json.hpp>

#include <equipoise/identify/notation.hpp>
#include <equipoise/identify/rename.hpp>

namespace equipoise::inline v0 {
namespace {

using Json = nlohmann::ordered_json;

class Writer {
 public:
  Writer(std::span<const std::string> names, std::span<const std::string> populations)
      : names_(names), populations_(populations) {}

  Json write(const Expression& expression) const {
    return std::visit([this](const auto& part) { return write(part); }, expression.tree().part);
  }

  Json write(const NodeSet& nodes) const {
    Json list = Json::array();
    for (const Node v : nodes) list.push_back(names_[v]);
    return list;
  }

 private:
  Json write(const Symbols& symbols) const {
    Json list = Json::array();
    for (const Symbol s : symbols)
      list.push_back(s.copy == 0 ? Json(names_[s.variable]) : Json{{"variable", names_[s.variable]}, {"copy", s.copy}});
    return list;
  }

  Json write(const Expression::Probability& p) const {
    Json json = {{"kind", "probability"}, {"of", write(p.of)}};
    if (!p.given.empty()) json["given"] = write(p.given);
    if (!p.intervened.empty()) json["do"] = write(p.intervened);
    if (p.population != 0)
      json["population"] =
          p.population < populations_.size() ? populations_[p.population] : std::to_string(p.population);
    return json;
  }

  Json write(const Expression::Sum& s) const {
    return {{"kind", "sum"}, {"over", write(s.over)}, {"term", write(s.term)}};
  }

  Json write(const Expression::Product& product) const {
    Json factors = Json::array();
    for (const auto& factor : product.factors) factors.push_back(write(factor));
    return {{"kind", "product"}, {"factors", std::move(factors)}};
  }

  Json write(const Expression::Fraction& f) const {
    return {{"kind", "fraction"}, {"numerator", write(f.numerator)}, {"denominator", write(f.denominator)}};
  }

  std::span<const std::string> names_, populations_;
};

Json write(const Separation& s, const Writer& writer) {
  Json json = {{"left", writer.write(s.left)},
               {"right", writer.write(s.right)},
               {"given", writer.write(s.given)},
               {"cut_incoming", writer.write(s.cut.incoming)},
               {"cut_outgoing", writer.write(s.cut.outgoing)}};
  if (s.of_selection) json["right_is_selection"] = true;
  return json;
}

}  // namespace

Json expression_to_json(const Expression& expression, std::span<const std::string> names,
                        std::span<const std::string> populations) {
  return Writer(names, populations).write(with_distinct_symbols(expression));
}

Json derivation_to_json(const Derivation& derivation, std::span<const std::string> names,
                        std::span<const std::string> populations) {
  const Writer writer(names, populations);
  Json steps = Json::array();
  for (const DerivationStep& step : derivation.steps) {
    Json json = {{"rule", std::string(to_string(step.rule))}};
    if (step.separation) json["separation"] = write(*step.separation, writer);
    json["reason"] = reason(step, names);
    json["before"] = writer.write(step.before);
    json["after"] = writer.write(step.after);
    json["places"] = step.places;
    json["line"] = to_text(step.result, names, Notation::text, populations);
    json["latex"] = to_text(step.result, names, Notation::latex, populations);
    steps.push_back(std::move(json));
  }
  return steps;
}

}  // namespace equipoise::inline v0
