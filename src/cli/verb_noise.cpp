// `equipoise noise`: the least noise that a budget allows.
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include <equipoise/core/number.hpp>
#include <equipoise/privacy/noise_calibration.hpp>

#include "cli/noise_options.hpp"
#include "cli/session.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

void run(const Arguments& arguments, Session& session) {
  const NoiseArguments given = noise_arguments(arguments);
  const double epsilon = positive_number(arguments, "--epsilon", std::numeric_limits<double>::infinity(), true);
  const double multiplier = noise_multiplier_for({.epsilon = epsilon,
                                                  .delta = given.delta,
                                                  .rate = given.rate,
                                                  .steps = given.steps,
                                                  .adjacency = given.adjacency});
  if (arguments.json()) {
    session.print_json({{"noise_multiplier", multiplier},
                        {"epsilon", epsilon},
                        {"delta", given.delta},
                        {"sampling_rate", given.rate},
                        {"steps", given.steps},
                        {"adjacency", adjacency_name(given.adjacency)}});
    return;
  }
  session.print("noise multiplier " + shortest(multiplier) +
                "\nGaussian noise of this many times what one person adds, " + "in each of " +
                std::to_string(given.steps) + " steps at sampling rate " + shortest(given.rate) +
                ", is proven to keep epsilon " + shortest(epsilon) + " at delta " + shortest(given.delta) + " (" +
                std::string(adjacency_name(given.adjacency)) + ")\n");
}

std::vector<Option> options() {
  std::vector<Option> all{{.name = "--epsilon", .value = "E", .help = "the budget, above 0", .required = true}};
  for (Option& option : noise_options()) all.push_back(std::move(option));
  return all;
}

const Registration registered{
    {.name = "noise",
     .summary = "the least noise that a privacy budget allows",
     .description = "The least multiplier of Gaussian noise, to a part in 100,000, at which the upper bound of "
                    "`epsilon` for these "
                    "steps is within the budget: never one that exceeds it.",
     .options = options(),
     .examples = {"equipoise noise --epsilon 1 --delta 1e-5 --sampling-rate 0.01 --steps 1000"},
     .run = run}};

}  // namespace
}  // namespace equipoise::cli
