// An independent judge of identifiability: the recursion of Shpitser and Pearl, line by line, on plain bit masks.
// It shares no code with the library and is written for comparison with the paper, not for speed.
#pragma once

#include <cstdint>
#include <vector>

namespace judge {

using Set = std::uint32_t;

/// A graph over nodes 0 … n-1 that are in topological order already.
struct Graph {
  int n = 0;
  std::vector<Set> parents, siblings;
};

inline Set ancestors(const Graph& g, Set of, Set within, Set no_incoming = 0) {
  Set result = of & within;
  for (bool grew = true; grew;) {
    grew = false;
    for (int v = 0; v < g.n; ++v)
      if ((result >> v & 1) && !(no_incoming >> v & 1)) {
        const Set added = g.parents[static_cast<std::size_t>(v)] & within & ~result;
        if (added != 0) result |= added, grew = true;
      }
  }
  return result;
}

inline std::vector<Set> components(const Graph& g, Set within) {
  std::vector<Set> result;
  for (Set rest = within; rest != 0;) {
    Set component = rest & (~rest + 1);
    for (bool grew = true; grew;) {
      grew = false;
      for (int v = 0; v < g.n; ++v)
        if (component >> v & 1) {
          const Set added = g.siblings[static_cast<std::size_t>(v)] & within & ~component;
          if (added != 0) component |= added, grew = true;
        }
    }
    result.push_back(component);
    rest &= ~component;
  }
  return result;
}

/// Whether P(y | do(x)) is identifiable in the subgraph over v (Shpitser, Pearl, AAAI 2006, figure 3).
inline bool id(const Graph& g, Set y, Set x, Set v) {
  if (x == 0) return true;            // line 1
  const Set an = ancestors(g, y, v);  // line 2
  if (v != an) return id(g, y, x & an, an);
  const Set w = (v & ~x) & ~ancestors(g, y, v, x);  // line 3: An(Y) with arrows into X cut
  if (w != 0) return id(g, y, x | w, v);
  const auto c = components(g, v & ~x);  // line 4
  if (c.size() > 1) {
    for (const Set s : c)
      if (!id(g, s, v & ~s, v)) return false;
    return true;
  }
  const Set s = c.front();  // line 5 and on: one component S
  const auto whole = components(g, v);
  if (whole.size() == 1) return false;  // line 5: FAIL
  for (const Set each : whole) {
    if (each == s) return true;                             // line 6
    if ((s & ~each) == 0) return id(g, y, x & each, each);  // line 7
  }
  return false;
}

/// m-separation of a and b given z by the existence of an open path, each path walked on its own.
inline bool open_path(const Graph& g, int from, int to, Set z, Set visited, int at, bool arrow_into_at,
                      Set open_colliders) {
  const auto edge_open = [&](bool into_here, bool leaving_has_arrow_here) {
    if (at == from) return true;
    const bool collider = into_here && leaving_has_arrow_here;
    return collider ? (open_colliders >> at & 1) != 0 : (z >> at & 1) == 0;
  };
  for (int next = 0; next < g.n; ++next) {
    if (visited >> next & 1) continue;
    const auto i = static_cast<std::size_t>(at), j = static_cast<std::size_t>(next);
    const bool edges[3][3] = {// exists, arrowhead at this end, arrowhead at the next
                              {(g.parents[j] >> at & 1) != 0, false, true},
                              {(g.parents[i] >> next & 1) != 0, true, false},
                              {(g.siblings[i] >> next & 1) != 0, true, true}};
    for (const auto& edge : edges) {
      if (!edge[0] || !edge_open(arrow_into_at, edge[1])) continue;
      if (next == to) return true;
      if (open_path(g, from, to, z, visited | Set{1} << next, next, edge[2], open_colliders)) return true;
    }
  }
  return false;
}

inline bool separated(const Graph& g, Set a, Set b, Set z) {
  Set open_colliders = 0;
  for (int v = 0; v < g.n; ++v)
    if (z >> v & 1) open_colliders |= ancestors(g, Set{1} << v, (Set{1} << g.n) - 1);
  for (int i = 0; i < g.n; ++i)
    for (int j = 0; j < g.n; ++j)
      if ((a >> i & 1) && (b >> j & 1) && open_path(g, i, j, z, Set{1} << i, i, false, open_colliders)) return false;
  return true;
}

/// Whether P(y | do(x), z) is identifiable (Shpitser, Pearl, UAI 2006, figure 4).
inline bool idc(const Graph& g, Set y, Set x, Set z, Set v) {
  for (int i = 0; i < g.n; ++i) {
    const Set one = Set{1} << i;
    if (!(z & one)) continue;
    Graph cut = g;
    for (int k = 0; k < g.n; ++k) {
      const auto at = static_cast<std::size_t>(k);
      if (x >> k & 1) {
        cut.parents[at] = 0;
        for (auto& siblings : cut.siblings) siblings &= ~(Set{1} << k);
        cut.siblings[at] = 0;
      }
      cut.parents[at] &= ~one;  // arrows out of z_i
    }
    if (separated(cut, y, one, x | (z & ~one))) return idc(g, y, x | one, z & ~one, v);
  }
  return id(g, y | z, x, v);
}

}  // namespace judge
