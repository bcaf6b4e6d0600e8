#!/bin/sh
# What every command of equipoise keeps to, seen from a shell: streams, exit statuses, the error line.
# usage: frame_test.sh EQUIPOISE
equipoise=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failures=0

# expect STATUS FIRST_LINE_OF_STDERR WORD...
expect() {
  status=$1
  line=$2
  shift 2
  "$equipoise" "$@" >"$out/stdout" 2>"$out/stderr"
  got=$?
  first=$(head -n 1 "$out/stderr")
  if [ "$got" -ne "$status" ] || [ "$first" != "$line" ]; then
    printf 'equipoise %s\n  status %s, expected %s\n  %s\n  expected\n  %s\n' "$*" "$got" "$status" "$first" "$line"
    failures=$((failures + 1))
  fi
  if [ "$status" -ne 0 ] && [ -s "$out/stdout" ]; then
    echo "equipoise $*: a failing command wrote to standard output"
    failures=$((failures + 1))
  fi
}

expect 0 "" --help
expect 0 "" --version
expect 2 "equipoise: error: command line: no verb is given; see 'equipoise --help'"
expect 2 "equipoise: error: 'zzzzzz': is no verb of equipoise; see 'equipoise --help'" zzzzzz
expect 2 "equipoise: error: '--hlep': is no option of equipoise; see 'equipoise --help'" --hlep

"$equipoise" --help >/dev/full 2>"$out/stderr"
got=$?
if [ "$got" -ne 3 ] || ! grep -q '^equipoise: error: standard output: cannot be written: No space left' "$out/stderr"; then
  echo "a full standard output: status $got, $(cat "$out/stderr")"
  failures=$((failures + 1))
fi

# A reader that goes away wanted no more.
{ "$equipoise" --help 2>"$out/stderr"; echo $? >"$out/status"; } | true
if [ "$(cat "$out/status")" -ne 0 ] || [ -s "$out/stderr" ]; then
  echo "a closed pipe: status $(cat "$out/status"), $(cat "$out/stderr")"
  failures=$((failures + 1))
fi

cat >"$out/scm.json" <<'END'
{"graph": {"nodes": ["X"]}, "variables": {"X": {"type": "continuous"}},
 "mechanisms": {"X": {"kind": "noise", "noise": {"kind": "normal", "mean": 0, "scale": 1}}}}
END
{ "$equipoise" sample --scm "$out/scm.json" --rows 100000 --out - 2>"$out/stderr"; echo $? >"$out/status"; } | head -n 1 >/dev/null
if [ "$(cat "$out/status")" -ne 0 ] || [ -s "$out/stderr" ]; then
  echo "rows into a closed pipe: status $(cat "$out/status"), $(cat "$out/stderr")"
  failures=$((failures + 1))
fi

[ "$failures" -eq 0 ]
