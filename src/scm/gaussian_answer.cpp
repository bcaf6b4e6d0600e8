#include <equipoise/scm/gaussian_answer.hpp>

#include <optional>
#include <span>
#include <vector>

#include <equipoise/scm/gaussian_region.hpp>
#include <equipoise/scm/gaussian_worlds.hpp>

namespace equipoise::inline v0 {
namespace {

std::vector<std::size_t> copies_of(const WorldQuestion& question) {
  std::vector<std::size_t> copies;
  for (const WorldTerm& term : question.terms) {
    for (const WorldAddend& addend : term.mean_of) copies.push_back(addend.copy);
    for (const auto* events : {&term.of, &term.given})
      for (const WorldEvent& event : *events) {
        copies.push_back(event.left);
        if (event.right) copies.push_back(*event.right);
      }
  }
  return copies;
}

class Answerer {
 public:
  explicit Answerer(const WorldQuestion& question)
      : question_(question), forms_(question.worlds, copies_of(question)) {}

  ExactAnswer answer() const {
    if (!forms_.reason().empty()) return NotExact{forms_.reason()};
    double total = 0;
    for (std::size_t t = 0; t < question_.terms.size(); ++t) {
      const ExactAnswer term = term_answer(t);
      const auto* value = std::get_if<double>(&term);
      if (value == nullptr) return term;
      total += question_.terms[t].coefficient * *value;
    }
    return total;
  }

 private:
  ExactAnswer term_answer(std::size_t t) const {
    const WorldTerm& term = question_.terms[t];
    GaussianEvidence known(forms_.sources());
    for (const WorldEvent& event : term.given)
      if (is_equality(event) && !known.add(difference(event), 0)) return ImpossibleCondition{t};
    GaussianRegion condition(forms_.sources());
    for (const WorldEvent& event : term.given)
      if (!is_equality(event) && !add(event, known, condition)) return ImpossibleCondition{t};
    if (condition.is_empty()) return ImpossibleCondition{t};
    const auto given = condition.moments();
    if (!given) return too_many();
    if (!(given->probability > 0)) return NotExact{"a condition less probable than a double can tell from 0"};
    if (!term.mean_of.empty()) {
      double mean = 0;
      for (const WorldAddend& addend : term.mean_of) {
        const AffineForm& form = forms_[addend.copy];
        const double each = addend.numbers.empty() ? known_mean(known.given(form), *given)
                                                   : addend.numbers.at(static_cast<std::size_t>(form.mean));
        mean += addend.weight * each;
      }
      return mean;
    }
    for (const WorldEvent& event : term.of)
      if (!add(event, known, condition)) return 0.0;
    const auto both = condition.moments();
    if (!both) return too_many();
    return both->probability / given->probability;
  }

  static double known_mean(const AffineForm& form, const RegionMoments& given) {
    return given.mean_of(form) / given.probability;
  }
  static NotExact too_many() { return {"inequalities of normal variables in three or more dimensions"}; }

  static bool is_equality(const WorldEvent& event) {
    return event.allowed.empty() && event.comparison == Comparison::equal;
  }

  AffineForm difference(const WorldEvent& event) const {
    AffineForm form = forms_[event.left];
    form.add(-1, event.right ? forms_[*event.right] : AffineForm::constant(event.value));
    return form;
  }

  /// False where levels, which are constants here, fail the event.
  bool add(const WorldEvent& event, const GaussianEvidence& known, GaussianRegion& region) const {
    if (event.allowed.empty()) {
      region.add(known.given(difference(event)), event.comparison, 0);
      return true;
    }
    auto index = static_cast<std::size_t>(forms_[event.left].mean);
    if (event.right)
      index = index * question_.worlds.variable(*event.right).levels.size() +
              static_cast<std::size_t>(forms_[*event.right].mean);
    return event.allowed.at(index) != 0;
  }

  const WorldQuestion& question_;
  GaussianWorlds forms_;
};

}  // namespace

ExactAnswer gaussian_answer(const WorldQuestion& question) {
  // A variable with levels that varies is never affine in normal noises, so that levels are constants from here on.
  for (const std::size_t copy : copies_of(question))
    if (question.worlds.variable(copy).has_levels() && question.worlds[copy].constant() == nullptr)
      return NotExact{"'" + question.worlds.variable(copy).name + "' has levels"};
  return Answerer(question).answer();
}

}  // namespace equipoise::inline v0
