"""Times reading one CSV file of 1,000,000 rows and 20 columns: this project's reader beside pandas' C engine.

Usage: /usr/bin/python3 bench/csv_peers.py BUILD_DIR
BUILD_DIR holds data_csv_bench. The file is made in a temporary folder with a fixed seed and removed afterwards.
"""
import os
import subprocess
import sys
import tempfile
import time

import numpy
import pandas

rows = 1_000_000
random = numpy.random.default_rng(1)
columns = {f"d{i}": numpy.round(random.normal(size=rows) * 10 ** (i - 4), 12 - i) for i in range(10)}
columns |= {f"i{i}": random.integers(0, 10 ** (i + 1), rows) for i in range(5)}
columns |= {f"c{i}": random.choice([f"level {k}" for k in range(3 + 10 * i)], rows) for i in range(3)}
columns |= {f"b{i}": random.integers(0, 2, rows) for i in range(2)}

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "table.csv")
    pandas.DataFrame(columns).to_csv(path, index=False)
    megabytes = os.path.getsize(path) / 1e6
    pandas_seconds = []
    for _ in range(3):
        start = time.process_time()
        pandas.read_csv(path, engine="c")
        pandas_seconds.append(time.process_time() - start)
    ours = float(subprocess.run([os.path.join(sys.argv[1], "data_csv_bench"), path], check=True,
                                capture_output=True, text=True).stdout)
    peer = min(pandas_seconds)
    print(f"file {megabytes:.0f} MB; equipoise {megabytes / ours:.0f} MB/s; pandas {megabytes / peer:.0f} MB/s; "
          f"ratio {peer / ours:.2f}")
