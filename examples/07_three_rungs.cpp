// The three rungs of Pearl's ladder on one model: seeing, doing, imagining.
#include <iostream>

#include <equipoise/scm/answer_query.hpp>
#include <equipoise/scm/scm_file.hpp>

using namespace equipoise;

int main() {
  const Scm model = read_scm("models/loan.json");
  for (const char* query : {"E[D | G = 1] - E[D | G = 0]",            // seeing: women's loans last longer
                            "E[I | do(G = 1)] - E[I | do(G = 0)]",    // doing: what gender makes of income
                            "P(Y_{G=1} = 1 | G = 0, Y = 0)"}) {       // imagining: who was refused for it
    const QueryAnswer answer = answer_query(model, parse_query(query));
    std::cout << query << " = " << *answer.value << " +- " << *answer.standard_error << "\n  "
              << to_string(answer.licence.kind) << ": " << answer.licence.basis << '\n';
  }
}
