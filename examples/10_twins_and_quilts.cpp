// Privacy where people are alike: what randomised response says of twins, and the noise that a street's count needs.
#include <iostream>
#include <span>
#include <vector>

#include <equipoise/privacy/interventional_privacy.hpp>
#include <equipoise/privacy/markov_quilt.hpp>
#include <equipoise/privacy/pufferfish_release.hpp>
#include <equipoise/privacy/secure_random.hpp>
#include <equipoise/scm/bif.hpp>

using namespace equipoise;

int main() {
  // Each twin answers truly half the time and else by a coin: epsilon = ln 3, whatever one of them says.
  const Scm twins = read_bif("models/twins.bif");
  const std::vector<Node> people{1, 2, 3};
  const auto told =
      std::get<PopulationEpsilons>(population_epsilons(twins, people, 8, RandomisedResponseProbabilities(2, 0.5)));
  std::cout << "randomised response: epsilon " << told.differential_privacy << '\n';
  for (const DataPointEpsilons& twin : told.points)
    std::cout << "  " << twins.graph().name(twin.point) << ": " << twin.intervened << " by what she answers, "
              << twin.observed << " by what is learnt of her from all three answers\n";

  // How many houses have the flu? Neighbours tell of each other, distant houses hardly do.
  const Scm street = read_bif("models/street.bif");
  const double epsilon = 3;
  const auto noise = std::get<QuiltNoise>(markov_quilt_noise(std::span(&street, 1), epsilon));
  std::cout << "\ncount of nine houses at epsilon " << epsilon << ": Laplace noise of scale " << noise.scale
            << ", between " << 1 / epsilon << " (all apart) and " << 9 / epsilon << " (all alike)\n";
  for (const MarkovQuilt& each : noise.active) {
    std::cout << "  " << street.graph().name(each.secret) << " behind";
    for (const Node v : each.quilt) std::cout << ' ' << street.graph().name(v);
    std::cout << ": " << each.nearby.size() << " nearby, influence " << each.influence << '\n';
  }

  const PufferfishLaplace mechanism(noise.scale, noise.headroom);
  SecureRandom random;
  const double released = mechanism.noisy(random, 3);  // what may be published of three ill houses
  std::cout << "\nreleased on a grid of step 2^" << mechanism.grid().exponent() << ": "
            << (released == mechanism.grid().value(mechanism.grid().nearest(released)) ? "yes" : "no") << '\n';
}
