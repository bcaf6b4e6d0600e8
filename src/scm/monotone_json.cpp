#include "scm/monotone_json.hpp"

#include <array>
#include <utility>
#include <variant>

#include "scm/mechanism_codec.hpp"

namespace equipoise::inline v0 {
namespace {

constexpr std::array<std::string_view, 8> step_kinds{"affine", "power", "exp",     "log",
                                                     "sinh",   "asinh", "sigmoid", "spline"};

MonotoneStep step_from_json(const JsonValue& value) {
  const std::size_t kind = value.at("kind").choice(step_kinds);
  if (kind == 0) {
    value.allow_keys({"kind", "shift", "scale"});
    const auto shift = value.find("shift"), scale = value.find("scale");
    return AffineStep{shift ? shift->number() : 0, scale ? scale->number() : 1};
  }
  if (kind == 1) {
    value.allow_keys({"kind", "exponent"});
    return PowerStep{value.at("exponent").number()};
  }
  if (kind == 7) {
    value.allow_keys({"kind", "knots", "values", "slopes"});
    return MonotoneSpline(value.at("knots").numbers(), value.at("values").numbers(), value.at("slopes").numbers());
  }
  value.allow_keys({"kind"});
  switch (kind) {
    case 2: return ExpStep{};
    case 3: return LogStep{};
    case 4: return SinhStep{};
    case 5: return AsinhStep{};
    default: return SigmoidStep{};
  }
}

Json step_to_json(const MonotoneStep& step) {
  Json json = {{"kind", step_kinds[step.index()]}};
  if (const auto* affine = std::get_if<AffineStep>(&step)) json["shift"] = affine->shift, json["scale"] = affine->scale;
  if (const auto* power = std::get_if<PowerStep>(&step)) json["exponent"] = power->exponent;
  if (const auto* spline = std::get_if<MonotoneSpline>(&step)) {
    json["knots"] = spline->knots();
    json["values"] = spline->values();
    json["slopes"] = spline->slopes();
  }
  return json;
}

}  // namespace

MonotoneFunction monotone_from_json(const JsonValue& value) {
  std::vector<MonotoneStep> steps;
  const auto add = [&](const JsonValue& step) {
    // One step at a time, so that what is wrong with one is reported where it stands.
    steps.push_back(made_at(step, [&] { return MonotoneFunction({step_from_json(step)}).steps().front(); }));
  };
  if (value.is_array())
    for (const JsonValue& step : value.items()) add(step);
  else
    add(value);
  return MonotoneFunction(std::move(steps));
}

Json monotone_to_json(const MonotoneFunction& function) {
  if (function.steps().size() == 1) return step_to_json(function.steps().front());
  Json steps = Json::array();
  for (const MonotoneStep& step : function.steps()) steps.push_back(step_to_json(step));
  return steps;
}

}  // namespace equipoise::inline v0
