// A folder in which the binary runs.
#pragma once

#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>

#include <catch2/catch.hpp>

namespace equipoise::testing {

using Files = std::map<std::string, std::string>;  ///< texts by name

/// A folder of its own with these files, in which commands run; it goes with the object.
class Folder {
 public:
  explicit Folder(const Files& files) : base_(fresh_base()) {
    std::filesystem::create_directories(path());
    for (const auto& [name, text] : files) write(name, text);
  }
  ~Folder() { std::filesystem::remove_all(base_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::filesystem::path path() const { return base_ / "files"; }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((path() / name).parent_path());
    std::ofstream(path() / name, std::ios::binary) << text;
  }
  std::string read(const std::string& name) const { return content(path() / name); }

  struct Answer {
    int status = -1;
    std::string out, err;
  };
  /// `words` follow the command's name, as a shell reads them.
  Answer attempt(const std::string& words) const {
    const std::string out = (base_ / "out").string(), err = (base_ / "err").string();
    const std::string line =
        "cd '" + path().string() + "' && '" EQUIPOISE_CLI "' " + words + " >'" + out + "' 2>'" + err + "' </dev/null";
    const int ended = std::system(line.c_str());
    return {WIFEXITED(ended) ? WEXITSTATUS(ended) : -1, content(out), content(err)};
  }
  /// Standard output of a command that must succeed.
  std::string run(const std::string& words) const {
    const Answer answer = attempt(words);
    CAPTURE(words, answer.err);
    REQUIRE(answer.status == 0);
    return answer.out;
  }

 private:
  static std::filesystem::path fresh_base() {
    static int number = 0;
    return std::filesystem::temp_directory_path() /
           ("equipoise_cli_" + std::to_string(::getpid()) + "_" + std::to_string(++number));
  }
  static std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path base_;
};

}  // namespace equipoise::testing
