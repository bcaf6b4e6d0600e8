#include <equipoise/train/point_record.hpp>

#include "core/json_reader.hpp"

namespace equipoise::inline v0 {

std::string record_text(const PointRecord& record) {
  return to_text(Json{{"parameters", std::vector<double>(record.parameters.begin(), record.parameters.end())},
                      {"converged", record.converged},
                      {"termination", record.termination},
                      {"evaluations", record.evaluations},
                      {"validation", record.validation},
                      {"test", record.test},
                      {"resampled", record.resampled}});
}

PointRecord parse_record(std::string_view text, const std::string& place) {
  const JsonDocument document = parse_json(text, place);
  const JsonValue root = document.root();
  root.allow_keys({"parameters", "converged", "termination", "evaluations", "validation", "test", "resampled"});
  PointRecord record;
  const std::vector<double> parameters = root.at("parameters").numbers();
  record.parameters =
      Eigen::Map<const Eigen::VectorXd>(parameters.data(), static_cast<Eigen::Index>(parameters.size()));
  record.converged = root.at("converged").boolean();
  record.termination = root.at("termination").string();
  record.evaluations = static_cast<std::size_t>(root.at("evaluations").integer_within(0, std::int64_t{1} << 53));
  record.validation = root.at("validation").numbers();
  record.test = root.at("test").numbers();
  for (const JsonValue& each : root.at("resampled").items()) record.resampled.push_back(each.numbers());
  return record;
}

}  // namespace equipoise::inline v0
