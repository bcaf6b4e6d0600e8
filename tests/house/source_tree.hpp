// Reads the source tree that is under test: which files there are and what they include.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace equipoise::house {

std::filesystem::path root();
std::string read(const std::filesystem::path& file);
/// Files below a directory of the tree with one of these extensions, sorted.
std::vector<std::filesystem::path> files(const std::filesystem::path& directory,
                                         const std::vector<std::string>& extensions);
/// What the `#include` lines of a source text name, without brackets or quotes.
std::vector<std::string> includes(const std::string& source);
/// The modules from left to right.
std::vector<std::string> modules();

}  // namespace equipoise::house
