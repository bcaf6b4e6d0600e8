#include "cli/frame.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <optional>
#include <string_view>

#include <unistd.h>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/version.hpp>

#include "cli/command_line.hpp"
#include "cli/help.hpp"
#include "cli/session.hpp"
#include "cli/verb.hpp"

namespace equipoise::cli {
namespace {

/// Everything, or an error; a reader that has gone away (`| head`) wanted no more, which is no failure.
void write_standard_output(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      return;
    } else if (errno != EINTR) {
      throw Error(ErrorCode::file_unwritable, "standard output",
                  std::string("cannot be written: ") + std::strerror(errno), "expected room for the answer");
    }
  }
}

bool wants_help(const std::vector<std::string>& words) {
  return std::find_if(words.begin(), words.end(), [](const auto& w) { return w == "--help" || w == "-h"; }) !=
         words.end();
}

const Verb& find_verb(const std::string& name) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs()) {
    if (verb.name == name) return verb;
    names.push_back(verb.name);
  }
  std::string hint = suggestion(name, names);
  const std::string what = name.starts_with('-') ? "is no option of equipoise" : "is no verb of equipoise";
  throw Error(ErrorCode::usage, "'" + name + "'", what, hint.empty() ? "see 'equipoise --help'" : std::move(hint));
}

ProgressStyle progress_style(const Arguments& arguments) {
  if (isatty(STDERR_FILENO) != 0) return ProgressStyle::terminal;
  return arguments.flag("--progress") ? ProgressStyle::lines : ProgressStyle::hidden;
}

void print_warnings(const Session& session) {
  for (const std::string& warning : session.warnings())
    std::fprintf(stderr, "equipoise: warning: %s\n", warning.c_str());
}

void run_verb(const Verb& verb, const std::vector<std::string>& words, std::optional<Session>& session) {
  const Arguments arguments = parse_arguments(verb, words);
  arguments.seed();  // a wrong shared value is a mistake even where the verb does not use it
  arguments.jobs();
  session.emplace(progress_style(arguments));
  verb.run(arguments, *session);
  session->clear_progress();
  write_standard_output(session->answer());
  print_warnings(*session);
}

void dispatch(const std::vector<std::string>& words, std::optional<Session>& session) {
  if (words.empty()) throw Error(ErrorCode::usage, "command line", "no verb is given", "see 'equipoise --help'");
  if (words.front() == "--help" || words.front() == "-h") return write_standard_output(general_help());
  if (words.front() == "--version") return write_standard_output("equipoise " + std::string(library_version()) + "\n");
  const Verb& verb = find_verb(words.front());
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (wants_help(rest)) return write_standard_output(verb_help(verb));
  run_verb(verb, rest, session);
}

ExitStatus fail(ExitStatus status, std::string line, const std::optional<Session>& session) {
  std::replace(line.begin(), line.end(), '\n', ' ');
  std::fprintf(stderr, "equipoise: error: %s\n", line.c_str());
  if (session) print_warnings(*session);
  return status;
}

ExitStatus status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::usage: return ExitStatus::usage;
    case ErrorKind::input: return ExitStatus::input;
    case ErrorKind::computation: break;
  }
  return ExitStatus::computation;
}

}  // namespace

ExitStatus run_command(const std::vector<std::string>& words) noexcept {
  std::optional<Session> session;
  try {
    try {
      dispatch(words, session);
      return ExitStatus::done;
    } catch (...) {
      if (session) session->clear_progress();
      throw;
    }
  } catch (const Error& error) {
    return fail(status_of(error.kind()), error.what(), session);
  } catch (const std::bad_alloc&) {
    return fail(ExitStatus::computation, "memory: more was needed than this machine gives; expected smaller input",
                session);
  } catch (const std::exception& error) {
    return fail(ExitStatus::defect, std::string("a defect of equipoise: ") + error.what() + "; please report it",
                session);
  } catch (...) {
    return fail(ExitStatus::defect, "a defect of equipoise: an unknown failure; please report it", session);
  }
}

}  // namespace equipoise::cli
