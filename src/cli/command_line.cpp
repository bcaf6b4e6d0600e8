// The one file that includes CLI11, which takes six CPU seconds to compile: it splits words into options
// and values. What may be said, and how a mistake is answered, is decided here.
#include "cli/command_line.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <CLI/CLI.hpp>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>

namespace equipoise::cli {
namespace {

[[noreturn]] void refuse(std::string place, std::string found, std::string expected = {}, std::string hint = {}) {
  throw Error(ErrorCode::usage, std::move(place), std::move(found), std::move(expected), std::move(hint));
}

std::string help_command(const Verb& verb) { return "see 'equipoise " + verb.name + " --help'"; }

void refuse_unknown_words(const Verb& verb, const std::vector<Option>& options, const std::vector<std::string>& words) {
  const auto option = std::find_if(words.begin(), words.end(), [](const auto& w) { return w.starts_with('-'); });
  if (option != words.end()) {
    const std::string name = option->substr(0, option->find('='));
    std::vector<std::string> names{"--help"};
    for (const Option& each : options) {
      if (!each.is_positional()) names.push_back(each.name);
    }
    std::string hint = suggestion(name, names);
    refuse(name, "is no option of '" + verb.name + "'", hint.empty() ? help_command(verb) : std::move(hint));
  }
  if (!words.empty()) refuse("'" + words.front() + "'", "is a word too many", help_command(verb));
}

std::string choices_text(const std::vector<std::string>& choices) {
  std::string text;
  for (std::size_t i = 0; i < choices.size(); ++i) {
    text += (i == 0 ? "" : i + 1 == choices.size() ? " or " : ", ") + choices[i];
  }
  return text;
}

void check_given(const Option& option, const std::vector<std::string>& values) {
  if (values.size() > 1) refuse(option.name, "is given twice", "expected it once");
  const std::string& value = values.front();
  if (value.empty()) refuse(option.name, "is empty", "expected " + (option.value.empty() ? "a value" : option.value));
  const auto& choices = option.choices;
  if (!choices.empty() && std::find(choices.begin(), choices.end(), value) == choices.end()) {
    refuse(option.name, "'" + value + "'", "expected " + choices_text(choices), suggestion(value, choices));
  }
}

}  // namespace

Arguments parse_arguments(const Verb& verb, const std::vector<std::string>& words) {
  std::vector<Option> options = verb.options;
  options.insert(options.end(), shared_options().begin(), shared_options().end());

  CLI::App app;
  app.set_help_flag();
  app.allow_extras();
  const auto take_as_it_is = [](const CLI::results_t&) { return true; };
  std::vector<CLI::Option*> parsed;
  for (const Option& option : options) {
    if (option.is_flag()) {
      parsed.push_back(app.add_flag(option.name));
    } else {
      parsed.push_back(app.add_option(option.name, take_as_it_is)->type_size(1)->allow_extra_args(false));
      parsed.back()->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }
  }
  try {
    app.parse(std::vector<std::string>(words.rbegin(), words.rend()));  // CLI11 reads from the back
  } catch (const CLI::ArgumentMismatch& mismatch) {
    const std::string what = mismatch.what();
    refuse(what.substr(0, what.find(':')), "has no value", help_command(verb));
  } catch (const CLI::ParseError& failure) {
    refuse("command line", failure.what(), help_command(verb));
  }
  refuse_unknown_words(verb, options, app.remaining());

  std::map<std::string, std::string, std::less<>> given;
  for (std::size_t i = 0; i < options.size(); ++i) {
    if (parsed[i]->count() == 0) {
      if (options[i].required) refuse(options[i].name, "is not given", help_command(verb));
    } else if (options[i].is_flag()) {
      if (parsed[i]->results().front() != "true") refuse(options[i].name, "takes no value", help_command(verb));
      given.emplace(options[i].name, "");
    } else {
      check_given(options[i], parsed[i]->results());
      given.emplace(options[i].name, parsed[i]->results().front());
    }
  }
  return Arguments(std::move(options), std::move(given));
}

}  // namespace equipoise::cli
