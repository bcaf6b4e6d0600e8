#!/bin/sh
# Runs a fuzzer on its corpus and on a fixed number of inputs made from it. usage: run.sh FUZZER CORPUS
set -e
found=$(mktemp -d)
trap 'rm -rf "$found"' EXIT
"$1" -seed=1 -runs=30000 -max_len=2048 -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$found/" -verbosity=0 "$found" "$2"
