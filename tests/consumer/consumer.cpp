// A user's program, compiled with the user's own strict warnings.
#include <cstdio>
#include <vector>

#include <equipoise/equipoise.hpp>

int main() {
  const std::vector<equipoise::NamedEdge> edges{{"A", "X"}, {"X", "Y"}};
  const equipoise::CausalGraph graph({"A", "X", "Y"}, edges);
#ifdef CONSUMER_LINKS_THE_LIBRARY
  if (equipoise::library_version() != equipoise::header_version) return 1;
#endif
  std::printf("%zu nodes\n", graph.size());
  return graph.size() == 3 ? 0 : 1;
}
