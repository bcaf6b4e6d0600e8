// From the words of a command line to a verb's arguments.
#pragma once

#include <string>
#include <vector>

#include "cli/verb.hpp"

namespace equipoise::cli {

/// The arguments in `words`, those after the verb. Throws usage: an unknown option (with a suggestion),
/// a missing or repeated one, a value that is none of its choices, a word too many.
Arguments parse_arguments(const Verb& verb, const std::vector<std::string>& words);

}  // namespace equipoise::cli
