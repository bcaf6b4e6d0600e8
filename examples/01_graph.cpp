// A causal graph, and what it lets us conclude from data alone.
#include <iostream>
#include <string>
#include <variant>

#include <equipoise/graph/graph_file.hpp>
#include <equipoise/graph/separation.hpp>
#include <equipoise/identify/id.hpp>
#include <equipoise/identify/notation.hpp>

using namespace equipoise;

namespace {

NodeSet only(const CausalGraph& graph, const std::string& name) { return NodeSet(graph.size(), {graph.node(name)}); }

// The effect of smoking on cancer, in terms of the distribution that is observed, or why there is no answer.
void ask(const std::string& title, const CausalGraph& graph) {
  const Identification answer = identify_effect(graph, only(graph, "cancer"), only(graph, "smoking"));
  std::cout << title << ":\n  P(cancer | do(smoking)) ";
  if (const auto* identified = std::get_if<Identified>(&answer)) {
    std::cout << "= " << to_text(identified->estimand, graph.names()) << '\n';
    return;
  }
  const Hedge& hedge = std::get<NotIdentified>(answer).hedge;
  std::cout << "is not identified; the hedge is {";
  for (const Node v : hedge.larger) std::cout << ' ' << graph.name(v);
  std::cout << " } over {";
  for (const Node v : hedge.smaller) std::cout << ' ' << graph.name(v);
  std::cout << " }\n";
}

}  // namespace

int main() {
  // Pearl's front door: whatever makes people both smoke and fall ill is hidden (<->), but tar carries all of the
  // effect.
  const CausalGraph graph =
      causal_graph(parse_graph("dag { smoking -> tar -> cancer; smoking <-> cancer }", "smoking.dagitty"));
  ask("With tar observed", graph);

  const CausalGraph without_tar = causal_graph(parse_graph(
      R"({"nodes": ["smoking", "tar", "cancer"], "directed": [["smoking", "tar"], ["tar", "cancer"]],
          "bidirected": [["smoking", "cancer"]], "latent": ["tar"]})",
      "smoking.json"));
  ask("With tar hidden too", without_tar);

  // A graph says which variables tell nothing of each other once others are known.
  const NodeSet nothing = graph.none(), tar = only(graph, "tar");
  std::cout << "smoking and cancer are "
            << (separated(graph, only(graph, "smoking"), only(graph, "cancer"), tar) ? "" : "not ")
            << "separated by tar\n";

  // A mistake says where it stands, what was found and what was meant.
  try {
    causal_graph(parse_graph("dag { smoking -> tar -> cancer -> smoking }", "smoking.dagitty"));
  } catch (const Error& error) {
    std::cout << error.what() << '\n';
  }
}
