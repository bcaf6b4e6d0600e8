#include "cli/help.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include <equipoise/version.hpp>

namespace equipoise::cli {
namespace {

constexpr std::size_t line_width = 100;

/// Words from `column` on, broken before line_width and continued at `indent`.
std::string wrapped(std::string_view text, std::size_t column, std::size_t indent) {
  std::string out;
  for (bool first = true; !text.empty(); first = false) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    if (!first && column + 1 + word.size() > line_width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  }
  return out;
}

using Entry = std::pair<std::string, std::string>;

/// A titled list of two columns; a left text too long for its column takes a line of its own.
std::string listed(std::string_view title, const std::vector<Entry>& entries) {
  constexpr std::size_t longest = 26;
  std::size_t left_width = 0;
  for (const auto& [left, right] : entries) {
    if (left.size() <= longest) left_width = std::max(left_width, left.size());
  }
  const std::size_t indent = 2 + left_width + 2;
  std::string out = "\n" + std::string(title) + ":\n";
  for (const auto& [left, right] : entries) {
    out += "  " + left;
    out += left.size() > left_width ? "\n" + std::string(indent, ' ') : std::string(indent - 2 - left.size(), ' ');
    out += wrapped(right, indent, indent) + "\n";
  }
  return out;
}

std::string left_text(const Option& option) {
  return option.is_flag() || option.is_positional() ? option.name : option.name + " " + option.value;
}

std::string right_text(const Option& option) {
  std::string text = option.help;
  if (!option.choices.empty()) {
    text += " (";
    for (std::size_t i = 0; i < option.choices.size(); ++i) text += (i == 0 ? "" : ", ") + option.choices[i];
    text += ")";
  }
  if (!option.fallback.empty()) text += " [" + option.fallback + "]";
  return text;
}

std::vector<Entry> entries_of(const std::vector<Option>& options) {
  std::vector<Entry> entries;
  for (const Option& option : options) entries.emplace_back(left_text(option), right_text(option));
  return entries;
}

std::string usage(const Verb& verb) {
  std::string line = "equipoise " + verb.name;
  bool more = false;
  for (const Option& option : verb.options) {
    if (option.required) {
      line += " " + left_text(option);
    } else if (option.is_positional()) {
      line += " [" + option.name + "]";
    } else {
      more = true;
    }
  }
  return line + (more ? " [options]" : "");
}

}  // namespace

std::string general_help() {
  std::vector<Entry> list;
  for (const Verb& verb : verbs()) list.emplace_back(verb.name, verb.summary);
  return "equipoise " + std::string(header_version) + ": causally constrained learning\n\n" +
         wrapped("One causal graph, one structural causal model, one training problem, one frontier.", 0, 0) +
         "\n\nUsage: equipoise VERB [options]\n       equipoise VERB --help\n       equipoise --version\n" +
         listed("Verbs", list) + listed("Every verb takes", entries_of(shared_options())) +
         "\nExit status: 0 done, 2 wrong usage, 3 bad input, 4 the computation cannot be carried out, 1 a defect.\n";
}

std::string verb_help(const Verb& verb) {
  std::vector<Option> positional, options;
  for (const Option& option : verb.options) (option.is_positional() ? positional : options).push_back(option);
  std::string out = "Usage: " + wrapped(usage(verb), 7, 11) + "\n\n" + wrapped(verb.description, 0, 0) + "\n";
  if (!positional.empty()) out += listed("Arguments", entries_of(positional));
  if (!options.empty()) out += listed("Options", entries_of(options));
  out += listed("Every verb takes", entries_of(shared_options()));
  if (!verb.examples.empty()) out += "\nExamples:\n";
  for (const std::string& example : verb.examples) out += "  " + example + "\n";
  return out;
}

}  // namespace equipoise::cli
