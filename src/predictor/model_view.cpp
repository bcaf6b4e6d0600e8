#include "predictor/model_view.hpp"

#include <algorithm>
#include <cmath>

namespace equipoise::inline v0 {

std::optional<ModelView> view_of(const TrainedModel& model) {
  const Eigen::VectorXd plain = coefficients_in_feature_units(model.encoding, model.parameters);
  if (!plain.allFinite()) return std::nullopt;
  std::vector<std::string> names = model.encoding.column_names();
  ModelView view{{}, plain[plain.size() - 1], std::nullopt};
  for (std::size_t column = 0; column < names.size(); ++column)
    view.coefficients.emplace_back(names[column], plain[static_cast<Eigen::Index>(column)]);
  std::sort(names.begin(), names.end());
  if (std::adjacent_find(names.begin(), names.end()) != names.end()) return std::nullopt;
  if (model.link == Link::identity) return model.cutoff == 0 ? std::optional(std::move(view)) : std::nullopt;
  view.threshold = sigmoid(model.cutoff);
  return *view.threshold > 0 && *view.threshold < 1 ? std::optional(std::move(view)) : std::nullopt;
}

}  // namespace equipoise::inline v0
