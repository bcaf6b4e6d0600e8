#include "house/source_tree.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

namespace equipoise::house {

std::filesystem::path root() { return EQUIPOISE_SOURCE_DIR; }

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

std::vector<std::filesystem::path> files(const std::filesystem::path& directory,
                                         const std::vector<std::string>& extensions) {
  std::vector<std::filesystem::path> found;
  if (!std::filesystem::exists(directory)) return found;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(directory)) {
    const std::string extension = entry.path().extension();
    const bool wanted = std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
    if (wanted && entry.path().string().find("node_modules") == std::string::npos) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<std::string> includes(const std::string& source) {
  std::vector<std::string> names;
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin == std::string::npos || line.compare(begin, 8, "#include") != 0) continue;
    const std::size_t open = line.find_first_of("<\"", begin + 8);
    if (open == std::string::npos) continue;
    const std::size_t close = line.find_first_of(">\"", open + 1);
    names.push_back(line.substr(open + 1, close - open - 1));
  }
  return names;
}

std::vector<std::string> modules() {
  std::vector<std::string> names;
  std::istringstream list(EQUIPOISE_MODULES);
  for (std::string name; list >> name;) names.push_back(name);
  return names;
}

}  // namespace equipoise::house
