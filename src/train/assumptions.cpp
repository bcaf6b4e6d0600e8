#include "train/assumptions.hpp"

#include "train/private_training.hpp"

namespace equipoise::inline v0 {
namespace {

bool fits_with_noise(const Study& study) {
  const auto goal = privacy_goal(study);
  return goal && study.objectives[*goal].privacy->model_epsilon > 0;
}

}  // namespace

std::vector<std::string> study_assumptions(const Study& study, const StudyInputs& inputs,
                                           const StudyReplicate& replicate, bool causal) {
  std::vector<std::string> assumptions;
  assumptions.push_back("The graph is right: nothing that is not drawn affects two of its variables at once.");
  assumptions.push_back("People are exchangeable: what holds for those in the table holds for the next.");
  if (causal && inputs.truth_known)
    assumptions.push_back(
        "The model is the one that the rows were drawn from: counterfactual rows are the truth under its stated "
        "noise.");
  else if (causal && fits_with_noise(study))
    assumptions.push_back(
        "Mechanisms are tables, logistic models and linear ones with normal noise, and as exact as noise for privacy "
        "leaves them; the noise of variables with levels is coupled by " +
        std::string(to_string(study.model.coupling)) + ", which no data can show.");
  else if (causal && replicate.fits.empty())
    assumptions.push_back("The model given is right: counterfactual rows come from its mechanisms and couplings.");
  else if (causal)
    assumptions.push_back("Mechanisms have the fitted forms, and the noise of variables with levels is coupled by " +
                          std::string(to_string(study.model.coupling)) + ", which no data can show.");
  return assumptions;
}

}  // namespace equipoise::inline v0
