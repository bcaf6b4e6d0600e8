#include "cli/verb.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <thread>
#include <utility>

#include <equipoise/core/error.hpp>

#include "cli/values.hpp"

namespace equipoise::cli {
namespace {

std::vector<Verb>& registry() {
  static std::vector<Verb> verbs;  // filled before main, one registration a verb file
  return verbs;
}

double parse_number(std::string_view place, const std::string& text) {
  double value = 0;
  const char* begin = text.data();
  if (text.size() > 1 && text.front() == '+') ++begin;
  const auto [end, failure] = std::from_chars(begin, text.data() + text.size(), value);
  if (failure != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
    throw Error(ErrorCode::usage, std::string(place), "'" + text + "'", "expected a number");
  }
  return value;
}

}  // namespace

Registration::Registration(Verb verb) {
  auto& all = registry();
  const auto position =
      std::lower_bound(all.begin(), all.end(), verb, [](const Verb& a, const Verb& b) { return a.name < b.name; });
  all.insert(position, std::move(verb));
}

const std::vector<Verb>& verbs() { return registry(); }

const std::vector<Option>& shared_options() {
  static const std::vector<Option> options{
      {.name = "--format",
       .value = "FORMAT",
       .help = "text for people, or json for one JSON document",
       .fallback = "text",
       .choices = {"text", "json"}},
      {.name = "--seed", .value = "N", .help = "fixes every random choice", .fallback = "1"},
      {.name = "--jobs", .value = "N", .help = "threads to use, every processor unless said; the results are the same"},
      {.name = "--progress", .help = "show progress even where standard error is no terminal"},
  };
  return options;
}

Arguments::Arguments(std::vector<Option> options, std::map<std::string, std::string, std::less<>> given)
    : options_(std::move(options)), given_(std::move(given)) {}

const Option& Arguments::declared(std::string_view name) const {
  const auto found = std::find_if(options_.begin(), options_.end(), [&](const Option& o) { return o.name == name; });
  assert(found != options_.end() && "a verb asks only for options that it declared");
  return *found;
}

bool Arguments::has(std::string_view name) const {
  declared(name);
  return given_.contains(name);
}

std::optional<std::string> Arguments::find(std::string_view name) const {
  const Option& option = declared(name);
  if (const auto given = given_.find(name); given != given_.end()) return given->second;
  if (!option.fallback.empty()) return option.fallback;
  return std::nullopt;
}

std::string Arguments::text(std::string_view name) const {
  auto found = find(name);
  if (!found) throw Error(ErrorCode::usage, std::string(name), "is not given", "it is needed here");
  return *std::move(found);
}

double Arguments::number(std::string_view name) const { return parse_number(name, text(name)); }

std::uint64_t Arguments::whole(std::string_view name) const {
  const std::string given = text(name);
  std::uint64_t value = 0;
  const auto [end, failure] = std::from_chars(given.data(), given.data() + given.size(), value);
  if (failure != std::errc{} || end != given.data() + given.size()) {
    throw Error(ErrorCode::usage, std::string(name), "'" + given + "'", "expected a whole number from 0");
  }
  return value;
}

std::vector<std::string> Arguments::list(std::string_view name) const {
  const auto given = find(name);
  return given ? parse_list(name, *given) : std::vector<std::string>{};
}

std::vector<double> Arguments::numbers(std::string_view name) const {
  std::vector<double> values;
  if (!find(name)) return values;
  const std::string given = text(name);
  for (std::size_t begin = 0; begin <= given.size();) {
    const std::size_t end = std::min(given.find(',', begin), given.size());
    values.push_back(parse_number(name, given.substr(begin, end - begin)));
    begin = end + 1;
  }
  return values;
}

std::size_t Arguments::jobs() const {
  if (!has("--jobs")) return std::max(1u, std::thread::hardware_concurrency());
  constexpr std::uint64_t most = 4096;
  const std::uint64_t jobs = whole("--jobs");
  if (jobs < 1 || jobs > most) {
    throw Error(ErrorCode::usage, "--jobs", "'" + text("--jobs") + "'", "expected a whole number from 1 to 4096");
  }
  return static_cast<std::size_t>(jobs);
}

}  // namespace equipoise::cli
