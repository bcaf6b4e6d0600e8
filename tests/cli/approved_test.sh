#!/bin/sh
# Compares every help text with the one approved. APPROVE=1 writes them anew, to be read in the diff.
# usage: approved_test.sh EQUIPOISE DIRECTORY
equipoise=$1
approved=$2
failures=0

check() {
  file=$approved/$1.txt
  shift
  if [ -n "$APPROVE" ]; then
    "$equipoise" "$@" >"$file"
  elif ! "$equipoise" "$@" | diff -u "$file" -; then
    echo "equipoise $*: differs from $file (APPROVE=1 $0 … accepts it)"
    failures=$((failures + 1))
  fi
}

check help --help
for verb in $("$equipoise" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\)  .*/\1/p'); do
  check "help_$verb" "$verb" --help
done
[ "$failures" -eq 0 ]
