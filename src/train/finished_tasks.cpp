#include "train/finished_tasks.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>

#include <equipoise/scm/scm_file.hpp>

#include "core/json_reader.hpp"

namespace equipoise::inline v0 {
namespace {

template <class Parse>
std::invoke_result_t<Parse, const std::string&> finished(const StudyStore& store, const std::string& key,
                                                         Parse&& parse) {
  const std::optional<std::string> text = store.find ? store.find(key) : std::nullopt;
  if (!text) return std::nullopt;
  try {
    return parse(*text);
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

std::optional<PointRecord> finished_record(const StudyStore& store, const std::string& key, const RecordShape& shape) {
  return finished(store, key, [&](const std::string& text) -> std::optional<PointRecord> {
    PointRecord record = parse_record(text, key);
    const auto has_goals = [&](const auto& measures) { return measures.size() == shape.goals; };
    const bool whole = record.parameters.size() == shape.parameters && has_goals(record.validation) &&
                       has_goals(record.test) && has_goals(record.resampled) &&
                       std::all_of(record.resampled.begin(), record.resampled.end(),
                                   [&](const auto& each) { return each.size() == shape.resamples; });
    return whole ? std::optional(std::move(record)) : std::nullopt;
  });
}

std::optional<std::vector<double>> finished_scales(const StudyStore& store, const std::string& key, std::size_t goals) {
  return finished(store, key, [&](const std::string& text) -> std::optional<std::vector<double>> {
    std::vector<double> scales = parse_json(text, key).root().numbers();
    return scales.size() == goals ? std::optional(std::move(scales)) : std::nullopt;
  });
}

std::optional<Scm> finished_model(const StudyStore& store, const std::string& key, const CausalGraph& graph) {
  return finished(store, key, [&](const std::string& text) -> std::optional<Scm> {
    Scm scm = parse_scm(text, key);
    return scm.graph() == graph ? std::optional(std::move(scm)) : std::nullopt;
  });
}

void keep_record(const StudyStore& store, const std::string& key, const PointRecord& record) {
  if (store.keep) store.keep(key, record_text(record));
}

void keep_scales(const StudyStore& store, const std::string& key, const std::vector<double>& scales) {
  if (store.keep) store.keep(key, to_text(Json(scales)));
}

void keep_model(const StudyStore& store, const std::string& key, const Scm& scm) {
  if (store.keep) store.keep(key, scm_text(scm));
}

}  // namespace equipoise::inline v0
