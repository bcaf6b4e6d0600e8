"""Times worlds of a linear-Gaussian model of 20 variables beside numpy doing the same arithmetic in the same run.

Usage: /usr/bin/python3 bench/scm_peers.py SCM_BENCH EQUIPOISE
SCM_BENCH is the benchmark program and EQUIPOISE the command line, both built for release. One processor's time is
compared; files are written to a temporary folder and removed afterwards.
"""
import json
import os
import subprocess
import sys
import tempfile
import time

import numpy

bench, equipoise = sys.argv[1:]
variables, rows = 20, 1_000_000
parents = [[p for p in (v - 2, v - 1) if p >= 0] for v in range(variables)]


def slope(v, p):
    return 0.4 - 0.7 * ((v + p) % 2)


def seconds(function, repeats=3):
    least = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        function()
        least = min(least, time.process_time() - start)
    return least


def run(command):
    """The command's output, its processor seconds, and its greatest memory in MB."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} failed")
    return output, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def benchmark(name):
    output, _, memory = run([bench, f"--benchmark_filter=^{name}$", "--benchmark_format=json"])
    return json.loads(output)["benchmarks"][0]["items_per_second"], memory


random = numpy.random.default_rng(1)


def numpy_sample(world=None):
    world = numpy.empty((variables, rows))
    for v in range(variables):
        random.standard_normal(out=world[v])
        world[v] *= 1.5
        world[v] += 0.5
        for p in parents[v]:
            world[v] += slope(v, p) * world[p]
    return world


def numpy_counterfactual(world):
    other = numpy.empty_like(world)
    other[0] = 1
    for v in range(1, variables):
        noise = world[v] - 0.5
        for p in parents[v]:
            noise -= slope(v, p) * world[p]
        other[v] = noise + 0.5
        for p in parents[v]:
            other[v] += slope(v, p) * other[p]
    return other


# A child's greatest memory counts this process's as it was split off, so children run before arrays are made.
csv_rows = 2_000_000
model = {
    "graph": {"nodes": [f"V{v}" for v in range(variables)],
              "directed": [[f"V{p}", f"V{v}"] for v in range(variables) for p in parents[v]]},
    "mechanisms": {f"V{v}": {"kind": "linear", "intercept": 0.5,
                             "coefficients": {f"V{p}": slope(v, p) for p in parents[v]},
                             "noise": {"kind": "normal", "mean": 0, "scale": 1.5}} for v in range(variables)}}
with tempfile.TemporaryDirectory() as folder:
    scm, out = os.path.join(folder, "scm.json"), os.path.join(folder, "rows.csv")
    with open(scm, "w") as file:
        json.dump(model, file)
    command = [equipoise, "sample", "--scm", scm, "--rows", str(csv_rows), "--out", out, "--jobs", "1"]
    _, ours, memory = run(command)
bare, _ = benchmark(f"bare_normals_streamed/{10 * rows}")
sampled, few = benchmark(f"sampling_streamed/{rows}")
sampled, _ = benchmark(f"sampling_streamed/{10 * rows}")
_, many = benchmark(f"sampling_streamed/{100 * rows}")
whole, _ = benchmark(f"sampling_to_matrix/{rows}")
imagined, _ = benchmark(f"counterfactual_rows_streamed/{10 * rows}")
imagined_in_place, _ = benchmark(f"counterfactual_rows_in_place/{10 * rows}")
imagined_whole, _ = benchmark(f"counterfactual_rows_of_all/{rows}")
numpy_bare = rows / seconds(lambda: random.standard_normal((variables, rows)))
numpy_sampled = rows / seconds(numpy_sample)
world = numpy_sample()
numpy_imagined = rows / seconds(lambda: numpy_counterfactual(world))

print(f"sampling, million rows a second: {sampled / 1e6:.2f} streamed, {whole / 1e6:.2f} to a new matrix; "
      f"its normals alone {bare / 1e6:.2f} (share {sampled / bare:.2f})")
print(f"  numpy: {numpy_sampled / 1e6:.2f}; its normals alone {numpy_bare / 1e6:.2f} "
      f"(ours are {sampled / numpy_bare:.2f} of these)")
print(f"counterfactual rows, million a second: {imagined / 1e6:.2f} streamed, "
      f"{imagined_in_place / 1e6:.2f} in place, {imagined_whole / 1e6:.2f} to a new matrix; numpy {numpy_imagined / 1e6:.2f}")
print(f"greatest memory: {few:.0f} MB for 1 million streamed rows, {many:.0f} MB for 100 million")

normals = seconds(lambda: random.standard_normal((variables, csv_rows)))
print(f"2 million rows to CSV: {ours:.2f} s, {memory:.0f} MB; numpy's bare normals {normals:.2f} s; "
      f"ratio {ours / normals:.1f}")
