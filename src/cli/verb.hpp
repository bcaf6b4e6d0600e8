// What a verb of the command line is: its options as plain data, and the function that does the work.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace equipoise::cli {

class Session;

/// One option of a verb, or (where the name does not begin with '-') one of its positional arguments.
struct Option {
  std::string name = {};                  ///< "--graph", or "STUDY"
  std::string value = {};                 ///< what stands for the value in the help, such as "FILE"; "" makes it a flag
  std::string help = {};                  ///< a phrase, without a full stop
  bool required = false;                  ///< a positional argument or option that must be given
  std::string fallback = {};              ///< the value where it is not given; "" for none
  std::vector<std::string> choices = {};  ///< where not empty, the only values allowed

  bool is_flag() const noexcept { return value.empty() && name.starts_with('-'); }
  bool is_positional() const noexcept { return !name.starts_with('-'); }
};

/// What the user gave to a verb. Asking for an option that the verb never declared is an assertion.
class Arguments {
 public:
  Arguments(std::vector<Option> options, std::map<std::string, std::string, std::less<>> given);

  bool has(std::string_view name) const;
  /// The option's text, or its fallback, or nothing.
  std::optional<std::string> find(std::string_view name) const;
  /// The option's text or its fallback, which must exist (a required option or one with a fallback).
  std::string text(std::string_view name) const;
  bool flag(std::string_view name) const { return has(name); }
  /// A finite number. Throws usage.
  double number(std::string_view name) const;
  /// A whole number from 0. Throws usage.
  std::uint64_t whole(std::string_view name) const;
  /// Comma-separated names, trimmed; none where the option is not given. Throws query_syntax.
  std::vector<std::string> list(std::string_view name) const;
  /// Comma-separated finite numbers. Throws usage.
  std::vector<double> numbers(std::string_view name) const;

  // Options that every verb shares.
  std::uint64_t seed() const { return whole("--seed"); }
  /// At least 1; the machine's processors where not given.
  std::size_t jobs() const;
  bool json() const { return text("--format") == "json"; }

 private:
  const Option& declared(std::string_view name) const;

  std::vector<Option> options_;
  std::map<std::string, std::string, std::less<>> given_;
};

/// A verb does its work through the session (its output, warnings and progress) and throws on failure.
struct Verb {
  std::string name = {};
  std::string summary = {};          ///< a phrase for the list of verbs
  std::string description = {};      ///< a paragraph for the verb's own help
  std::vector<Option> options = {};  ///< without the shared ones
  std::vector<std::string> examples = {};
  void (*run)(const Arguments&, Session&) = nullptr;
};

/// Registers a verb from its own file: `const Registration registered{{.name = "fit", …}};`
struct Registration {
  explicit Registration(Verb verb);
};

/// Every registered verb, sorted by name.
const std::vector<Verb>& verbs();

/// The options that every verb takes: --format, --seed, --jobs, --progress.
const std::vector<Option>& shared_options();

}  // namespace equipoise::cli
