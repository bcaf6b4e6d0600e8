// One person, another world: what this applicant's loan would have been, from the person's own noise.
#include <iostream>
#include <vector>

#include <equipoise/scm/answer_query.hpp>
#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/scm_file.hpp>

using namespace equipoise;

int main() {
  const Scm loan = read_scm("models/loan.json");
  const CausalGraph& graph = loan.graph();

  // A refused applicant: gender 0, 5 years older than the mean, income -1, savings -6.
  const std::vector<Assignment> applicant{{graph.node("G"), 0},  {graph.node("A"), 5}, {graph.node("E"), 0.1},
                                          {graph.node("L"), 2},  {graph.node("D"), 4}, {graph.node("I"), -1},
                                          {graph.node("S"), -6}, {graph.node("Y"), 0}};

  // Every noise but Y's is known from the row, so income and savings are numbers; Y's is known to lie in an interval.
  for (const char* query : {"E[I_{G=1}]", "E[S_{G=1}]", "P(Y_{G=1} = 1)", "P(Y_{L=0} = 1)", "P(Y_{I=3, S=4} = 1)"}) {
    const QueryAnswer answer = answer_query(loan, parse_query(query), applicant, {.draws = 100000});
    std::cout << query << " = " << *answer.value;
    if (answer.standard_error) std::cout << " (standard error " << *answer.standard_error << ')';
    std::cout << '\n';
  }

  // The same person known in part: income alone.
  const std::vector<Assignment> in_part{{graph.node("G"), 0}, {graph.node("I"), -1}};
  const QueryAnswer answer = answer_query(loan, parse_query("E[S_{G=1}]"), in_part, {.draws = 100000});
  std::cout << "E[S_{G=1} | G=0, I=-1] = " << *answer.value << " (standard error " << *answer.standard_error << ")\n";
}
