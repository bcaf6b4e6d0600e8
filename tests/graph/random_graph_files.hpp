// Random graphs as files say them, with names that are hard to quote.
#pragma once

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include <equipoise/graph/graph_file.hpp>

namespace equipoise::testing {

/// Distinct names: plain ones, keywords, and words strung together from what has a meaning in one of the languages.
inline std::vector<std::string> random_names(std::mt19937_64& random, std::size_t count) {
  static const std::vector<std::string> pieces{
      "a",  "B",  "_",  "7", ".",  "-",    "->",   "<-",    "<->",   "--",  "@->",  "\"",   "\\", "\n",     "\r\n",
      "\t", "'",  " ",  "{", "}",  "[",    "]",    "<",     ">",     "=",   ";",    ",",    ":",  "+",      "#",
      "//", "/*", "*/", "é", "名", "\x7f", "\x01", "&amp;", "=true", "\\n", "\\\"", "\\\\", "%s", "latent", "|"};
  static const std::vector<std::string> whole{"node",   "Edge", "graph", "digraph", "subgraph", "strict", "dag", "pdag",
                                              "latent", "true", "null",  "X",       "Y1",       "1",      "-1.5"};
  std::vector<std::string> names;
  while (names.size() < count) {
    std::string name;
    if (random() % 3 == 0)
      name = whole[random() % whole.size()];
    else
      for (auto left = 1 + random() % 5; left > 0; --left) name += pieces[random() % pieces.size()];
    bool taken = false;
    for (const std::string& each : names) taken = taken || each == name;
    if (!taken) names.push_back(name);
  }
  return names;
}

/// 1 to 8 nodes in any order, every kind of edge, latent nodes and selection.
inline GraphFile random_graph_file(std::mt19937_64& random) {
  const std::size_t n = 1 + random() % 8;
  GraphFile file{.nodes = random_names(random, n)};
  std::vector<std::size_t> order(n);
  for (std::size_t i = 0; i < n; ++i) order[i] = i;
  for (std::size_t i = n; i > 1; --i) std::swap(order[i - 1], order[random() % i]);
  const bool partially_directed = random() % 3 == 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) {
      const NamedEdge edge{file.nodes[order[i]], file.nodes[order[j]]};
      const auto kind = random() % 8;
      if (kind < 2) file.directed.push_back(edge);
      if (kind == 1 || kind == 2) file.bidirected.push_back(edge);
      if (kind == 3 && partially_directed) file.undirected.push_back(edge);
    }
  for (const std::string& name : file.nodes) {
    const auto mark = random() % 5;
    if (mark == 0) file.latent.push_back(name);
    if (mark == 1) file.selection.push_back(name);
  }
  return file;
}

/// The text damaged in one to three places: parts taken out, doubled, cut off or written over, and `pieces` put in.
inline std::string mutated(std::string text, const std::vector<std::string>& pieces, std::mt19937_64& random) {
  for (auto left = 1 + random() % 3; left > 0; --left) {
    const std::size_t at = text.empty() ? 0 : random() % (text.size() + 1),
                      length = std::min<std::size_t>(random() % 12, text.size() - at);
    switch (random() % 6) {
      case 0: text.erase(at, length); break;
      case 1: text.insert(at, pieces[random() % pieces.size()]); break;
      case 2: text.insert(at, 1, static_cast<char>(random() % 256)); break;
      case 3: text.insert(text.empty() ? 0 : random() % (text.size() + 1), text.substr(at, length)); break;
      case 4: text.resize(at); break;
      default:
        if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << random() % 8));
    }
  }
  return text;
}

}  // namespace equipoise::testing
