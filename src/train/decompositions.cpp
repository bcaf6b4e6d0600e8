#include <equipoise/train/decompositions.hpp>

#include <algorithm>
#include <utility>

#include <equipoise/scm/doubly_robust_decomposition.hpp>
#include <equipoise/scm/model_decomposition.hpp>

namespace equipoise::inline v0 {
namespace {

std::vector<DecompositionQuery> queries_of(const Study& study, const Table& table) {
  std::vector<DecompositionQuery> queries;
  const bool counts_as_one = study.outcome.positive.empty() && table.column(study.outcome.column).has_levels();
  const std::string positive = counts_as_one ? "1" : study.outcome.positive;
  for (const ProtectedAttribute& attribute : study.protected_attributes) {
    const Column& column = table.column(attribute.column);
    const std::string baseline = attribute.baseline.empty() ? column.levels.front() : attribute.baseline;
    for (const std::string& level : column.levels)
      if (level != baseline) queries.push_back({attribute.column, level, baseline, study.outcome.column, positive});
  }
  return queries;
}

/// Whether a table could not be decomposed for what it holds, so that a model may step in.
bool needs_model(const Error& error) {
  return error.code() == ErrorCode::no_positivity || error.code() == ErrorCode::table_type;
}

/// Gaps that are not decomposed, told together where one reason holds for several groups.
class Undecomposed {
 public:
  void add(const DecompositionQuery& query, const std::string& reason) {
    const auto same = std::find_if(told_.begin(), told_.end(), [&](const Told& each) {
      return each.attribute == query.protected_attribute && each.reason == reason;
    });
    if (same == told_.end())
      told_.push_back({query.protected_attribute, query.baseline, query.compared, reason, false});
    else
      *same = {same->attribute, same->baseline, same->groups + ", " + query.compared, reason, true};
  }
  std::vector<std::string> warnings() const {
    std::vector<std::string> texts;
    for (const Told& each : told_)
      texts.push_back(std::string(each.several ? "the gaps" : "the gap") + " between " + each.attribute + "=" +
                      each.groups + " and " + each.baseline + (each.several ? " are" : " is") +
                      " not decomposed: " + each.reason);
    return texts;
  }

 private:
  struct Told {
    std::string attribute, baseline, groups, reason;
    bool several = false;
  };
  std::vector<Told> told_;
};

/// The gap as a model has it that somebody gave, and whose worth no data here show.
Decomposition assumed_of(Decomposition gap) {
  for (LicensedEstimate* part : {&gap.tv, &gap.ctf_de, &gap.ctf_ie, &gap.ctf_se})
    part->licence = {LicenceKind::assumed, "assumes that the model given is right; " + part->licence.basis};
  return gap;
}

}  // namespace

std::vector<Decomposition> decompose_study(const Study& study, const StudyInputs& inputs, Parallelism parallelism,
                                           std::vector<std::string>& warnings) {
  std::vector<Decomposition> result;
  Undecomposed undecomposed;
  for (const DecompositionQuery& query : queries_of(study, inputs.table)) {
    const auto of_table = [&] {
      DecompositionOptions options{.bootstrap = {.seed = study.seed},
                                   .cross_fitting = {.seed = study.seed, .parallelism = parallelism}};
      options.bounds.bootstrap.seed = study.seed;
      return estimate_decomposition(inputs.table, query, inputs.graph, options);
    };
    const auto of_model = [&] {
      return decompose(*inputs.model, query, {.seed = study.seed, .parallelism = parallelism});
    };
    try {
      try {
        result.push_back(inputs.truth_known ? of_model() : of_table());
      } catch (const Error& error) {
        if (!inputs.model || !needs_model(error)) throw;
        result.push_back(assumed_of(of_model()));
      }
    } catch (const Error& error) {
      undecomposed.add(query, error.what());
    }
  }
  for (std::string& warning : undecomposed.warnings()) warnings.push_back(std::move(warning));
  return result;
}

}  // namespace equipoise::inline v0
