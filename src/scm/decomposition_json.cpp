#include "scm/decomposition_json.hpp"

#include <array>
#include <limits>
#include <string_view>

#include "scm/licensed_json.hpp"

namespace equipoise::inline v0 {
namespace {

Json written(const CrossFittingNotes& notes) {
  return {{"folds", notes.folds},
          {"splits", notes.splits},
          {"clipped_share", notes.clipped_share},
          {"nuisances", notes.nuisances}};
}

CrossFittingNotes read_notes(const JsonValue& json) {
  json.allow_keys({"folds", "splits", "clipped_share", "nuisances"});
  constexpr auto most = std::numeric_limits<std::int32_t>::max();
  return {.folds = static_cast<std::size_t>(json.at("folds").integer_within(2, most)),
          .splits = static_cast<std::size_t>(json.at("splits").integer_within(1, most)),
          .clipped_share = json.at("clipped_share").number_within(0, 1),
          .nuisances = json.at("nuisances").strings()};
}

Json written(const DecompositionValues& parts) {
  return {{"tv", parts.tv}, {"ctf_de", parts.ctf_de}, {"ctf_ie", parts.ctf_ie}, {"ctf_se", parts.ctf_se}};
}

DecompositionValues read_deviation(const JsonValue& json) {
  json.allow_keys({"tv", "ctf_de", "ctf_ie", "ctf_se"});
  const auto part = [&](std::string_view name) {
    return json.at(name).number_within(0, std::numeric_limits<double>::max());
  };
  return {.tv = part("tv"), .ctf_de = part("ctf_de"), .ctf_ie = part("ctf_ie"), .ctf_se = part("ctf_se")};
}

Json written(const MediatedShare& share, bool is_cross_fitted) {
  Json json{{"mediator", share.mediator}};
  json.update(detail::licensed_json(share.share));
  if (is_cross_fitted) json["across_split_deviation"] = share.across_split_deviation;
  return json;
}

MediatedShare read_share(const JsonValue& json) {
  json.allow_keys({"mediator", "value", "low", "high", "licence", "basis", "bounds", "across_split_deviation"});
  MediatedShare share{json.at("mediator").string(), detail::read_licensed_fields(json), 0};
  if (const auto deviation = json.find("across_split_deviation"))
    share.across_split_deviation = deviation->number_within(0, std::numeric_limits<double>::max());
  return share;
}

}  // namespace

Json decomposition_json(const Decomposition& decomposition) {
  Json json{{"protected", decomposition.protected_attribute},
            {"baseline", decomposition.baseline},
            {"compared", decomposition.compared},
            {"outcome", decomposition.outcome},
            {"tv", detail::licensed_json(decomposition.tv)},
            {"ctf_de", detail::licensed_json(decomposition.ctf_de)},
            {"ctf_ie", detail::licensed_json(decomposition.ctf_ie)},
            {"ctf_se", detail::licensed_json(decomposition.ctf_se)},
            {"method", to_string(decomposition.method)}};
  if (decomposition.cross_fitting) {
    json["across_split_deviation"] = written(decomposition.across_split_deviation);
    json["cross_fitting"] = written(*decomposition.cross_fitting);
  }
  for (const MediatedShare& share : decomposition.by_mediator)
    json["by_mediator"].push_back(written(share, decomposition.cross_fitting.has_value()));
  return json;
}

Decomposition read_decomposition(const JsonValue& json) {
  json.allow_keys({"protected", "baseline", "compared", "outcome", "tv", "ctf_de", "ctf_ie", "ctf_se", "method",
                   "across_split_deviation", "cross_fitting", "by_mediator"});
  Decomposition result{.protected_attribute = json.at("protected").string(),
                       .baseline = json.at("baseline").string(),
                       .compared = json.at("compared").string(),
                       .outcome = json.at("outcome").string(),
                       .tv = detail::read_licensed(json.at("tv")),
                       .ctf_de = detail::read_licensed(json.at("ctf_de")),
                       .ctf_ie = detail::read_licensed(json.at("ctf_ie")),
                       .ctf_se = detail::read_licensed(json.at("ctf_se"))};
  constexpr std::array<std::string_view, 4> methods{
      to_string(EstimationMethod::exact), to_string(EstimationMethod::plug_in),
      to_string(EstimationMethod::doubly_robust), to_string(EstimationMethod::monte_carlo)};
  if (const auto method = json.find("method")) result.method = static_cast<EstimationMethod>(method->choice(methods));
  if (const auto notes = json.find("cross_fitting")) {
    result.cross_fitting = read_notes(*notes);
    result.across_split_deviation = read_deviation(json.at("across_split_deviation"));
  }
  if (const auto shares = json.find("by_mediator"))
    for (const JsonValue& share : shares->items()) result.by_mediator.push_back(read_share(share));
  return result;
}

}  // namespace equipoise::inline v0
