// The three rungs of Pearl's ladder on one model: seeing, doing, imagining.
#include <iostream>

#include <equipoise/scm/answer_query.hpp>
#include <equipoise/scm/scm_file.hpp>

using namespace equipoise;

int main() {
  const Scm model = read_scm("models/loan.json");
  for (const char* query : {"E[I | E > 0] - E[I | E < 0]",            // seeing: the educated earn more
                            "E[I | do(E = 0.5)] - E[I | do(E = 0)]",  // doing: what education makes of it
                            "P(Y_{G=1} = 1 | G = 0, Y = 0)"}) {       // imagining: who failed for their gender
    const QueryAnswer answer = answer_query(model, parse_query(query));
    std::cout << query << " = " << *answer.value << " +- " << *answer.standard_error << "\n  "
              << to_string(answer.licence.kind) << ": " << answer.licence.basis << '\n';
  }
}
