// Studies that hold everything themselves, small enough to run many times.
#pragma once

#include <string>
#include <vector>

#include <equipoise/core/number.hpp>
#include <equipoise/core/random.hpp>
#include <equipoise/train/study.hpp>

namespace equipoise::testing {

inline const std::string admissions_csv =
    "gender,dept,admit,count\n"
    "Male,A,Admitted,30\nMale,A,Rejected,20\nMale,B,Admitted,10\nMale,B,Rejected,25\n"
    "Female,A,Admitted,9\nFemale,A,Rejected,4\nFemale,B,Admitted,21\nFemale,B,Rejected,40\n";

inline const std::string admissions_graph =
    R"({"nodes": ["gender", "dept", "admit"],)"
    R"( "directed": [["gender", "dept"], ["gender", "admit"], ["dept", "admit"]]})";

/// Text as a JSON string.
inline std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c == '\n' ? std::string("\\n") : std::string(1, c);
  }
  return result + '"';
}

/// Replaces the first occurrence, which there must be.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
  return text.replace(text.find(from), from.size(), to);
}

/// Eight cells of people, four goals, two of them measured alone or causal; few points.
inline const std::string admissions_study = R"({
  "name": "admissions",
  "data": {"text": )" + quoted(admissions_csv) +
                                            R"(, "weight": "count"},
  "graph": )" + admissions_graph + R"(,
  "outcome": {"column": "admit", "positive": "Admitted"},
  "features": ["dept", "gender"],
  "protected": [{"column": "gender", "baseline": "Male"}],
  "objectives": [{"kind": "log-loss"}, {"kind": "error-rate"},
                 {"kind": "counterfactual-fairness", "name": "direct", "fair_paths": ["gender -> dept -> admit"]},
                 {"kind": "counterfactual-fairness", "name": "whole"}],
  "frontier": {"points": 6, "replicates": 3, "bootstrap": 20}})";

inline Study admissions() { return parse_study(admissions_study); }

/// G -> X -> Y and G -> Y as a model's text, with a gap along either path.
inline const std::string gap_model =
    R"({"graph": {"directed": [["G", "X"], ["G", "Y"], ["X", "Y"]]},
      "variables": {"G": {"type": "binary"}, "Y": {"type": "binary"}},
      "mechanisms": {"G": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.5}},
                     "X": {"kind": "linear", "intercept": 0, "coefficients": {"G": 1},
                           "noise": {"kind": "normal", "mean": 0, "scale": 1}},
                     "Y": {"kind": "logistic", "intercept": -1, "coefficients": {"G": 1, "X": 2},
                           "coupling": "inverse-cdf"}}})";

/// g -> x -> y and g -> y: a group, a number that it moves, and an outcome of both; "fold" is test in every fifth row.
struct People {
  std::vector<std::string> group, fold;
  std::vector<double> x, latent;  ///< the outcome is 1 where latent > 0, or latent itself

  explicit People(std::size_t rows) {
    std::vector<double> noise(2 * rows);
    fill_normal(RandomStream({.seed = 7, .purpose = Purpose::test}), 0, noise);
    for (std::size_t i = 0; i < rows; ++i) {
      const double g = i % 3 == 0 ? 1 : 0;
      group.push_back(g > 0 ? "b" : "a");
      fold.push_back(i % 5 == 0 ? "test" : "train");
      x.push_back(noise[i] + 0.8 * g);
      latent.push_back(x.back() - 0.7 * g + noise[rows + i]);
    }
  }
  /// The table with a last column y, which `outcome(i)` writes.
  template <class Outcome>
  std::string csv(Outcome&& outcome) const {
    std::string text = "g,x,fold,y\n";
    for (std::size_t i = 0; i < x.size(); ++i)
      text += group[i] + ',' + shortest(x[i]) + ',' + fold[i] + ',' + outcome(i) + '\n';
    return text;
  }
  std::string binary_csv() const {
    return csv([&](std::size_t i) { return latent[i] > 0 ? "1" : "0"; });
  }
  std::string number_csv(double offset = 0, double scale = 1) const {
    return csv([&](std::size_t i) { return shortest(offset + scale * latent[i]); });
  }
};

inline const std::string people_graph =
    R"({"nodes": ["g", "x", "y"], "directed": [["g", "x"], ["x", "y"], ["g", "y"]]})";

/// A study of such people by a logistic predictor, with `objectives` as JSON and more keys after them.
inline std::string people_study(const std::string& csv, const std::string& objectives, const std::string& more = "") {
  return R"({"name": "people", "data": {"text": )" + quoted(csv) + R"(}, "graph": )" + people_graph +
         R"(, "outcome": {"column": "y"}, "features": ["g", "x"], "protected": [{"column": "g", "baseline": "a"}],
              "objectives": )" +
         objectives + R"(, "frontier": {"points": 4, "replicates": 2, "bootstrap": 20})" +
         (more.empty() ? "" : ", " + more) + "}";
}

}  // namespace equipoise::testing
