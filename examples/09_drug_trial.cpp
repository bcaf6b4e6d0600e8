// Would they have recovered without it? Probabilities of causation, and what no trial can tell about them.
#include <iostream>
#include <string>

#include <equipoise/scm/answer_query.hpp>
#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/stated_coupling.hpp>

using namespace equipoise;

namespace {

void print(const Scm& model, const std::string& query) {
  const QueryAnswer answer = answer_query(model, parse_query(query));
  std::cout << "  " << query << " = ";
  if (answer.value)
    std::cout << *answer.value;
  else
    std::cout << answer.bounds->low << " to " << answer.bounds->high;
  std::cout << "  (" << to_string(answer.licence.kind) << ")\n";
}

}  // namespace

int main() {
  // Who recovers, by age and drug: probabilities, which say nothing of the same person in two worlds.
  const Scm trial = read_scm("models/drug.json");

  std::cout << "What the trial tells:\n";
  print(trial, "ATE(drug -> recovery)");
  print(trial, "PNS(drug -> recovery)");  // recovers with it, and would not without
  print(trial, "PN(drug -> recovery)");   // of those who took it and recovered: because of it

  // A coupling says how one person's luck carries over. It moves the counterfactuals and leaves the effect alone.
  for (const Coupling coupling : {Coupling::inverse_cdf, Coupling::gumbel_max, Coupling::independent}) {
    const Scm stated = with_coupling(trial, coupling);
    std::cout << "With the coupling " << to_string(coupling) << ":\n";
    for (const char* query : {"ATE(drug -> recovery)", "PNS(drug -> recovery)", "PN(drug -> recovery)"})
      print(stated, query);
  }
}
