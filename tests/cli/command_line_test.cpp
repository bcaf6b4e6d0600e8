#include "cli/command_line.hpp"

#include <catch2/catch.hpp>

#include <equipoise/core/error.hpp>

using namespace equipoise;
using namespace equipoise::cli;

namespace {

const Verb verb{
    .name = "fit",
    .summary = "fits",
    .description = "Fits.",
    .options = {
        {.name = "STUDY", .value = "FILE", .help = "a study", .required = true},
        {.name = "--out", .value = "FILE", .help = "the target", .required = true},
        {.name = "--reference", .value = "NUMBERS", .help = "a point"},
        {.name = "--kind", .value = "KIND", .help = "a kind", .fallback = "minimal", .choices = {"minimal", "all"}},
        {.name = "--resume", .help = "goes on"}}};

std::string message(const std::vector<std::string>& words) {
  try {
    const Arguments arguments = parse_arguments(verb, words);
    arguments.seed();
    arguments.jobs();
    arguments.numbers("--reference");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::usage);
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("options, flags and positional arguments are read in any order") {
  const Arguments arguments =
      parse_arguments(verb, {"--out=a b.json", "--resume", "s.json", "--reference", "-1,2.5", "--seed", "7"});
  CHECK(arguments.text("STUDY") == "s.json");
  CHECK(arguments.text("--out") == "a b.json");
  CHECK(arguments.flag("--resume"));
  CHECK(arguments.numbers("--reference") == std::vector<double>{-1, 2.5});
  CHECK(parse_arguments(verb, {"s.json", "--out", "x", "--reference", "4,4"}).numbers("--reference") ==
        std::vector<double>{4, 4});
  CHECK(arguments.text("--kind") == "minimal");
  CHECK(arguments.seed() == 7);
  CHECK_FALSE(arguments.json());
}

TEST_CASE("the seed is 1 and every processor works unless the user says otherwise") {
  const Arguments arguments = parse_arguments(verb, {"s.json", "--out", "-"});
  CHECK(arguments.seed() == 1);
  CHECK(arguments.jobs() >= 1);
  CHECK_FALSE(arguments.has("--resume"));
  CHECK(arguments.list("--reference").empty());
}

TEST_CASE("a value is taken as it is, whatever it looks like") {
  for (const std::string text : {"{}", "[a,b]", "%%", "--resume", "-x", "'q'", "\"q\"", "a=b"}) {
    CAPTURE(text);
    CHECK(parse_arguments(verb, {"s.json", "--out", text}).text("--out") == text);
  }
}

TEST_CASE("a wrong command line is answered with what is wrong and what would be right") {
  CHECK(message({"s.json"}) == "--out: is not given; see 'equipoise fit --help'");
  CHECK(message({"--out", "x"}) == "STUDY: is not given; see 'equipoise fit --help'");
  CHECK(message({"s.json", "--out"}) == "--out: has no value; see 'equipoise fit --help'");
  CHECK(message({"s.json", "--ot", "x"}) == "--ot: is no option of 'fit'; did you mean '--out'?");
  CHECK(message({"s.json", "--sed=3", "--out", "x"}) == "--sed: is no option of 'fit'; did you mean '--seed'?");
  CHECK(message({"s.json", "--zzzzzz", "--out", "x"}) == "--zzzzzz: is no option of 'fit'; see 'equipoise fit --help'");
  CHECK(message({"s.json", "t.json", "--out", "x"}) == "'t.json': is a word too many; see 'equipoise fit --help'");
  CHECK(message({"s.json", "--out", "x", "--out", "y"}) == "--out: is given twice; expected it once");
  CHECK(message({"s.json", "--out", ""}) == "--out: is empty; expected FILE");
  CHECK(message({"s.json", "--out", "x", "--kind", "al"}) ==
        "--kind: 'al'; expected minimal or all (did you mean 'all'?)");
  CHECK(message({"s.json", "--out", "x", "--format", "yaml"}) == "--format: 'yaml'; expected text or json");
  CHECK(message({"s.json", "--out", "x", "--seed", "-1"}) == "--seed: '-1'; expected a whole number from 0");
  CHECK(message({"s.json", "--out", "x", "--seed", "1.5"}) == "--seed: '1.5'; expected a whole number from 0");
  CHECK(message({"s.json", "--out", "x", "--seed", "99999999999999999999"}) ==
        "--seed: '99999999999999999999'; expected a whole number from 0");
  CHECK(message({"s.json", "--out", "x", "--jobs", "0"}) == "--jobs: '0'; expected a whole number from 1 to 4096");
  CHECK(message({"s.json", "--out", "x", "--reference", "1,nan"}) == "--reference: 'nan'; expected a number");
  CHECK(message({"s.json", "--out", "x", "--reference", "1,2x"}) == "--reference: '2x'; expected a number");
  CHECK(message({"s.json", "--out", "x", "--resume=3"}) == "--resume: takes no value; see 'equipoise fit --help'");
}
