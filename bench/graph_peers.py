"""Times networkx on graphs of the kind of graph_bench: a d-separation on 5,000 nodes, a minimal separator on 200.

Usage: /usr/bin/python3 bench/graph_peers.py BUILD_DIR
BUILD_DIR holds graph_bench, whose figures stand beside. networkx knows no bidirected edges and no adjustment: each
bidirected edge is a latent node to it, and the minimal separator is asked of the graph as it stands.
"""
import os
import random
import subprocess
import sys
import time

import networkx

if len(sys.argv) != 2:
    sys.exit(__doc__)


def sparse(n, arrows_per_node, bidirected_per_node):
    """A graph of the kind that graph_bench draws."""
    graph = networkx.DiGraph()
    graph.add_nodes_from(range(n))
    while graph.number_of_edges() < arrows_per_node * n:
        a, b = random.randrange(n), random.randrange(n)
        if a < b:
            graph.add_edge(a, b)
    latent = 0
    while latent < bidirected_per_node * n:
        a, b = random.randrange(n), random.randrange(n)
        if a < b:
            graph.add_edges_from([(n + latent, a), (n + latent, b)])
            latent += 1
    return graph


def separated(graph, x, y, z):
    named = getattr(networkx, "is_d_separator", None) or networkx.d_separated
    return named(graph, x, y, z)


def minimal_separator():
    """networkx's function, or None in versions before 3.0."""
    named = getattr(networkx, "find_minimal_d_separator", None)
    return named or getattr(networkx, "minimal_d_separator", None)


def milliseconds(function, repeats):
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        function()
        best = min(best, time.process_time() - start)
    return best * 1e3


random.seed(1)
print(f"networkx {networkx.__version__}")
for per_node in (2, 5):
    graph = sparse(5000, per_node, 0.2)
    z = set(random.sample(range(5000), 250))
    x = min(set(range(5000)) - z)
    # A far end that a search without an early way out must meet last.
    y = max(set(range(5000)) - z)
    print(f"  d-separation, 5,000 nodes, {per_node} arrows a node: "
          f"{milliseconds(lambda: separated(graph, {x}, {y}, z), 3):.1f} ms")
find = minimal_separator()
for per_node in (2, 5) if find else ():
    graph = sparse(200, per_node, 0.1)
    pairs = [(a, b) for a in range(0, 200, 20) for b in range(10, 200, 20)
             if a < b and not graph.has_edge(a, b)][:20]
    spent = milliseconds(lambda: [find(graph, a, b) for a, b in pairs], 3) / len(pairs)
    print(f"  minimal separator, 200 nodes, {per_node} arrows a node: {spent:.2f} ms")
if not find:
    print("  this networkx finds no minimal separators")
sys.stdout.flush()
subprocess.run([os.path.join(sys.argv[1], "graph_bench")], check=True)
