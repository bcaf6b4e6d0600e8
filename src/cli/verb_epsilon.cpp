// `equipoise epsilon`: what noisy batches cost.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/number.hpp>
#include <equipoise/privacy/accountant.hpp>

#include "cli/noise_options.hpp"
#include "cli/session.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

Accountant accountant_of(const std::string& name) {
  for (const Accountant accountant :
       {Accountant::tight, Accountant::renyi, Accountant::zero_concentrated, Accountant::gaussian})
    if (name == accountant_name(accountant)) return accountant;
  return Accountant::tight;
}

PrivacyEvent event_of(const Arguments& arguments, const NoiseArguments& given) {
  const double multiplier =
      positive_number(arguments, "--noise-multiplier", std::numeric_limits<double>::infinity(), true);
  const PrivacyEvent base = arguments.text("--mechanism") == "laplace" ? PrivacyEvent(LaplaceEvent{multiplier})
                                                                       : PrivacyEvent(GaussianEvent{multiplier});
  // Every person in every batch is no sampling; the relation matters to the noise all the same.
  const bool is_sampled = given.rate < 1 || given.adjacency == Adjacency::replace_one;
  return RepeatedEvent{given.steps, is_sampled ? PrivacyEvent(PoissonSampledEvent{given.rate, base}) : base};
}

void run(const Arguments& arguments, Session& session) {
  const NoiseArguments given = noise_arguments(arguments);
  const PrivacyEvent event = event_of(arguments, given);
  const Accountant accountant = accountant_of(arguments.text("--accountant"));
  EpsilonBounds bounds = epsilon_of(event, given.delta, given.adjacency, accountant);
  // The truth lies no lower whoever accounts for it.
  if (accountant != Accountant::tight)
    bounds.lower = std::min(epsilon_of(event, given.delta, given.adjacency).lower, bounds.upper);
  if (!std::isfinite(bounds.upper))
    throw Error(ErrorCode::infeasible, "--delta", "no finite epsilon is proven at delta " + shortest(given.delta),
                "a larger delta or more noise");
  if (arguments.json()) {
    session.print_json({{"epsilon", bounds.upper},
                        {"epsilon_lower", bounds.lower},
                        {"delta", given.delta},
                        {"accountant", accountant_name(accountant)},
                        {"adjacency", adjacency_name(given.adjacency)},
                        {"event", event_text(event)}});
    return;
  }
  session.print("epsilon " + shortest(bounds.upper) + " at delta " + shortest(given.delta) + ", and no less than " +
                shortest(bounds.lower) + "\n" + event_text(event) + "; neighbours " +
                std::string(adjacency_name(given.adjacency)) + "; accountant " +
                std::string(accountant_name(accountant)) + "\n");
}

std::vector<Option> options() {
  std::vector<Option> all{{.name = "--noise-multiplier",
                           .value = "SIGMA",
                           .help = "noise over the bound on what one person adds, above 0",
                           .required = true}};
  for (Option& option : noise_options()) all.push_back(std::move(option));
  all.push_back({.name = "--mechanism",
                 .value = "NOISE",
                 .help = "the noise; laplace is on one number",
                 .fallback = "gaussian",
                 .choices = {"gaussian", "laplace"}});
  all.push_back({.name = "--accountant",
                 .value = "NAME",
                 .help = "pld, the tight one; rdp, zcdp and gdp to compare with it",
                 .fallback = "pld",
                 .choices = {"pld", "rdp", "zcdp", "gdp"}});
  return all;
}

const Registration registered{
    {.name = "epsilon",
     .summary = "what noisy batches cost in privacy",
     .description =
         "The epsilon of so many steps, each adding noise to a sum over a batch that everyone joins on their own with "
         "the same chance. What is printed is proven: the upper bound is never below the truth, rounding included, and "
         "the lower bound never above it.",
     .options = options(),
     .examples = {"equipoise epsilon --noise-multiplier 1.1 --sampling-rate 0.01 --steps 1000 --delta 1e-6",
                  "equipoise epsilon --noise-multiplier 2 --delta 1e-6 --adjacency replace-one --format json"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
