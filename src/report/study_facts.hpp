// What a report says about how a study was run, as study.json holds it.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace equipoise::inline v0 {

struct StudyFacts {
  std::vector<std::pair<std::string, std::string>>
      computed;  ///< what was done and how, in words: "Predictor", "logistic"
  std::vector<std::string> protected_attributes;
  std::map<std::string, std::string> kinds;  ///< of objectives, by name
  bool counts_people = false;                ///< the rows carry weights
  bool truth_known = false;                  ///< the data were drawn from a model
  bool seeded_noise = false;                 ///< privacy noise from a seed, which protects nobody
  std::string text;                          ///< the whole study
};

/// Tolerant of what is left out and of what it does not show. Throws json_syntax, and json_type where `study` is no
/// JSON object.
StudyFacts read_study_facts(const std::string& study, const std::string& place);

}  // namespace equipoise::inline v0
