// What a store holds of a study's finished tasks, read with suspicion: what is not whole is done again.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <equipoise/train/point_record.hpp>
#include <equipoise/train/run.hpp>

namespace equipoise::inline v0 {

/// What a whole record holds.
struct RecordShape {
  Eigen::Index parameters = 0;
  std::size_t goals = 0, resamples = 0;
};

/// Nothing where the store has none, or one that is damaged or of another shape.
std::optional<PointRecord> finished_record(const StudyStore& store, const std::string& key, const RecordShape& shape);
std::optional<std::vector<double>> finished_scales(const StudyStore& store, const std::string& key, std::size_t goals);
/// A model over this graph.
std::optional<Scm> finished_model(const StudyStore& store, const std::string& key, const CausalGraph& graph);

void keep_record(const StudyStore& store, const std::string& key, const PointRecord& record);
void keep_scales(const StudyStore& store, const std::string& key, const std::vector<double>& scales);
void keep_model(const StudyStore& store, const std::string& key, const Scm& scm);

}  // namespace equipoise::inline v0
