// A study: the data, the graph, the goals and how to search for balances between them. What study.json holds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/data/csv.hpp>
#include <equipoise/objective/any_objective.hpp>
#include <equipoise/predictor/predictor.hpp>
#include <equipoise/scm/coupling.hpp>

namespace equipoise::inline v0 {

/// A document that a study names by a path (relative to the study) or holds itself.
struct StudySource {
  std::string path = {};
  std::string text = {};  ///< the document, where the study holds it
  bool empty() const noexcept { return path.empty() && text.empty(); }
  friend bool operator==(const StudySource&, const StudySource&) = default;
};

/// Where the rows come from: a CSV file, or a model whose truth is then known.
struct StudyData {
  StudySource csv = {};
  std::optional<std::string> weight = {};  ///< the column that says how many people a row stands for
  MissingPolicy missing = MissingPolicy::error;
  StudySource scm = {};      ///< or the model that rows are drawn from
  std::size_t rows = 10000;  ///< how many
};

/// The model that counterfactual worlds come from: a file, or one fitted to training rows; that which the rows are
/// drawn from where neither is asked for.
struct StudyModel {
  StudySource source = {};
  bool fit = true;
  Coupling coupling = Coupling::gumbel_max;  ///< of fitted discrete mechanisms
};

struct StudyOutcome {
  std::string column = {};
  std::string positive = {};  ///< the level that counts as 1; empty for a number
};

struct ProtectedAttribute {
  std::string column = {};
  std::string baseline = {};  ///< the group that others are compared with; empty: the first level
};

/// What is publicly known of a number: a model that is fitted with noise clips its values to it.
struct ColumnRange {
  std::string column = {};
  double low = 0, high = 1;  ///< low < high
};

/// How a study protects the people whom it learns from: every predictor is trained with noise, once for each epsilon.
struct StudyPrivacy {
  std::vector<double> epsilons = {};  ///< the guarantee of each trained predictor, rising
  double delta = 1e-6;
  double clipping_norm = 0;          ///< no person's gradient counts for more, in length; 0: as private_plan chooses
  double sampling_rate = 0;          ///< the chance of each person to be in a step's batch; 0: as private_plan chooses
  std::size_t steps = 0;             ///< 0: as private_plan chooses
  double model_epsilon = 0;          ///< what the fit of the model takes of every epsilon; 0: fitted without noise
  bool seeded_for_research = false;  ///< noise from the study's seed, which protects nobody
  std::vector<std::string> declared_public = {};  ///< what the user says is no secret: of `public_matters`
};

/// A goal as a study states it. A C++ program may bring one of its own instead: `own`, with the goal that takes its
/// place when the correlational arm is trained, if it is a causal one.
struct StudyObjective {
  std::string kind = {};                     ///< empty for one of a program's own
  std::string name = {};                     ///< its kind, or its own name, unless said
  bool train = true;                         ///< false: measured only
  std::string attribute = {};                ///< "protected" in the file; the only protected attribute unless said
  std::vector<std::string> fair_paths = {};  ///< "A -> D -> Y", or "A -> D" for all that begin so
  double sharpness = 1;                      ///< of demographic parity: how closely the loss follows decisions
  std::optional<StudyPrivacy> privacy = {};  ///< of the kind "privacy"
  std::optional<AnyObjective> own = {};
  std::optional<AnyObjective> correlational = {};
};

/// Linear or logistic regression.
struct StudyPredictor {
  Link link = Link::logistic;
  double l2 =
      1e-4;  ///< adds l2 / 2 times the squared length of the coefficients, the intercept apart, to what is minimised
};

/// How points are placed: a weighted-sum sweep, this many points an arm, each trained anew on several splits.
struct StudySweep {
  std::size_t points = 20;
  std::size_t replicates = 5;
  std::size_t bootstrap = 200;  ///< resamples of the test rows of each replicate
};

/// How people are divided, as SplitOptions.
struct StudySplit {
  double validation = 0.2;
  double test = 0.2;
  std::optional<std::uint64_t> seed = {};  ///< the study's unless said
  std::string column = {};
  std::vector<std::string> test_folds = {};
};

/// Everything that a run depends on: two equal studies give the same bytes.
struct Study {
  std::string name = "study";
  StudyData data = {};
  std::vector<ColumnDeclaration> columns = {};
  std::vector<ColumnRange> ranges = {};
  StudySource graph = {};
  StudyModel model = {};
  StudyOutcome outcome = {};
  std::vector<std::string> features = {};  ///< empty: every variable of the graph but the outcome
  std::vector<ProtectedAttribute> protected_attributes = {};
  std::string environment = {};
  StudyPredictor predictor = {};
  std::vector<StudyObjective> objectives = {};
  StudySweep sweep = {};
  std::vector<std::string> arms = {"causal", "correlational"};
  StudySplit split = {};
  std::uint64_t seed = 1;
  std::string place = "study.json";  ///< how messages name the study
  std::string directory = ".";       ///< what its paths are relative to
};

/// Reads a study as docs/formats.md describes it. Throws json_* at the file's place (`study.json#/objectives/1/kind`),
/// with a suggestion for what is misspelt. The files that it names are read by load_study_inputs.
Study read_study(const std::string& path);
/// The same from text; `place` begins the places of errors, and paths are relative to `directory`.
Study parse_study(std::string_view text, std::string place = "study.json", std::string directory = ".");

/// The study with what its objectives leave unsaid: each one's name, and its attribute where the study protects one
/// alone. Throws json_value at the objective's place for a kind that there is not, with a suggestion, for an attribute
/// that is left open, and for a name that stands twice. What runs or writes a study completes it first.
Study completed(Study study);

/// The study as the text of such a file, every default filled in, with the library's version; it names no place of the
/// machine. Reads back to a study that gives the same bytes, unless a goal is the program's own, of which it holds the
/// name alone.
std::string study_text(const Study& study);

}  // namespace equipoise::inline v0
