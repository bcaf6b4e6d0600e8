// Would they have recovered without it? Probabilities of causation, and what no trial can tell about them.
#include <iostream>
#include <string>

#include <equipoise/core/file_text.hpp>
#include <equipoise/scm/answer_query.hpp>
#include <equipoise/scm/scm_file.hpp>

using namespace equipoise;

namespace {

void print(const char* query, const QueryAnswer& answer) {
  std::cout << "  " << query << " = ";
  if (answer.value)
    std::cout << *answer.value;
  else
    std::cout << "between " << answer.bounds->low << " and " << answer.bounds->high;
  std::cout << "  (" << to_string(answer.licence.kind) << ": " << answer.licence.basis << ")\n";
}

}  // namespace

int main() {}
