// The texts of `equipoise --help` and `equipoise VERB --help`.
#pragma once

#include <string>

#include "cli/verb.hpp"

namespace equipoise::cli {

std::string general_help();
std::string verb_help(const Verb& verb);

}  // namespace equipoise::cli
