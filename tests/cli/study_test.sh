#!/bin/sh
# A study's folder holds the same bytes at any number of jobs, and after a run that was killed is resumed, which trains
# no finished point again. usage: study_test.sh EQUIPOISE
equipoise=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
failures=0

fail() {
  echo "$*"
  failures=$((failures + 1))
}

cat >"$out/study.json" <<'END'
{"name": "hiring",
 "data": {"scm": {
   "graph": {"directed": [["group", "test"], ["group", "hired"], ["test", "hired"], ["school", "test"]]},
   "variables": {"group": {"type": "binary"}, "school": {"type": "continuous"}, "test": {"type": "continuous"}, "hired": {"type": "binary"}},
   "mechanisms": {
     "group": {"kind": "noise", "noise": {"kind": "bernoulli", "p": 0.4}},
     "school": {"kind": "noise", "noise": {"kind": "normal", "scale": 1}},
     "test": {"kind": "linear", "intercept": 0.2, "coefficients": {"group": -0.7, "school": 0.8},
              "noise": {"kind": "normal", "scale": 0.9}},
     "hired": {"kind": "logistic", "intercept": -0.3, "coefficients": {"group": -0.5, "test": 1.4},
               "coupling": "inverse-cdf"}}}, "rows": 3000},
 "outcome": {"column": "hired", "positive": "1"},
 "protected": [{"column": "group", "baseline": "0"}],
 "objectives": [{"kind": "log-loss"}, {"kind": "counterfactual-fairness"},
                {"kind": "demographic-parity", "protected": "group"}],
 "frontier": {"points": 10, "replicates": 3, "bootstrap": 50}}
END

# run FOLDER OPTION...: what it did is left in FOLDER.said
run() {
  folder=$1
  shift
  "$equipoise" frontier "$out/study.json" --out "$out/$folder" --format json "$@" >"$out/$folder.said" ||
    fail "frontier --out $folder $*: status $?"
}

# count FOLDER NAME: the number of that name in what the run said
count() { sed -n "s/^ *\"$2\": \([0-9]*\),*$/\1/p" "$out/$1.said"; }

same() { diff -r "$out/whole" "$out/$1" >"$out/difference" || fail "$2: $(head -n 3 "$out/difference")"; }

# kill_in_the_middle FOLDER SIGNAL OPTION...: once a training is finished that was not when it began
kill_in_the_middle() {
  folder=$1
  signal=$2
  shift 2
  before=$(finished "$folder")
  # a shell has what it puts in the background ignore SIGINT
  env --default-signal=INT "$equipoise" frontier "$out/study.json" --out "$out/$folder" "$@" >/dev/null 2>&1 &
  process=$!
  while kill -0 "$process" 2>/dev/null && [ "$(finished "$folder")" -le "$before" ]; do sleep 0.002; done
  kill -s "$signal" "$process" 2>/dev/null
  wait "$process" && fail "$folder: the run had ended before it could be stopped"
}

finished() { find "$out/$1/progress" -name '*.json' ! -name 'scales-*' 2>/dev/null | wc -l; }

run whole --jobs 1
trainings=$(count whole trainings)
[ "${trainings:-0}" -ge 30 ] || { echo "one job: only '$trainings' trainings"; exit 1; }
[ "$(ls "$out/whole")" = "frontier.csv
frontier.json
models
report.html
study.json" ] || fail "the folder holds $(ls "$out/whole")"

run two --jobs 2
same two "two jobs are not what one gives"

for signal in KILL INT TERM; do
  kill_in_the_middle "$signal" "$signal" --jobs 2
  [ -e "$out/$signal/frontier.json" ] && fail "SIG$signal: a frontier of a run that was stopped"
  kept=$(finished "$signal")
  run "$signal" --jobs 1 --resume
  [ "$(count "$signal" kept_trainings)" -eq "$kept" ] || fail "SIG$signal: $kept were finished, $(cat "$out/$signal.said")"
  [ "$(count "$signal" trainings)" -eq $((trainings - kept)) ] || fail "SIG$signal: trained again: $(cat "$out/$signal.said")"
  same "$signal" "stopped by SIG$signal and resumed"
done

for _ in 1 2 3 4; do kill_in_the_middle often KILL --jobs 2 --resume; done
kept=$(finished often)
[ "$kept" -ge 4 ] || fail "stopped four times: only $kept are finished"
run often --jobs 2 --resume
[ "$(count often trainings)" -eq $((trainings - kept)) ] || fail "stopped four times: $kept were finished, $(cat "$out/often.said")"
same often "stopped four times and resumed"

run often --resume
[ "$(count often trainings)" -eq 0 ] || fail "a finished run: trained again: $(cat "$out/often.said")"
same often "a finished run, resumed"

"$equipoise" report "$out/two" >/dev/null || fail "report: status $?"
same two "a report written again"

"$equipoise" frontier "$out/whole/study.json" --out "$out/again" >/dev/null || fail "the study of a folder: status $?"
same again "what a folder's own study.json gives"

run other --seed 2
diff "$out/whole/frontier.csv" "$out/other/frontier.csv" >/dev/null && fail "another seed gives the same frontier"

grep -rlF "$out" "$out/whole" && fail "the files above name a place of the machine"

[ "$failures" -eq 0 ]
