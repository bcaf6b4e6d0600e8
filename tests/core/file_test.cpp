#include <catch2/catch.hpp>

#include <cstdlib>
#include <filesystem>
#include <string>

#include <unistd.h>

#include <equipoise/core/error.hpp>

#include "core/file.hpp"

using namespace equipoise;
using Catch::Matchers::Contains;
namespace fs = std::filesystem;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("equipoise_file_test_" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  std::string file(const std::string& name) const { return (path / name).string(); }
};

std::string error_of(auto f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("what was written is read back, and nothing else is left", "[core]") {
  const Folder folder;
  const std::string content = std::string("a\0b\n", 4) + std::string(3 << 20, 'x');
  write_file(folder.file("a"), content);
  CHECK(read_file(folder.file("a")) == content);
  write_file(folder.file("a"), "short");
  CHECK(read_file(folder.file("a")) == "short");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator{}) == 1);
}

TEST_CASE("a file that cannot be written leaves what was there", "[core]") {
  const Folder folder;
  CHECK_THAT(error_of([&] { write_file(folder.file("none/a"), "x"); }), Contains("none/a: No such file"));
  CHECK_THAT(error_of([&] { write_file(folder.path.string(), "x"); }), Contains("a folder"));
  CHECK_THAT(error_of([&] { write_file("/dev/full", std::string(1 << 16, 'x')); }), Contains("No space left"));
  CHECK(fs::is_empty(folder.path));
}

TEST_CASE("a link keeps pointing to the file that is replaced", "[core]") {
  const Folder folder;
  write_file(folder.file("target"), "old");
  fs::create_symlink("target", folder.path / "link");
  write_file(folder.file("link"), "new");
  CHECK(fs::is_symlink(folder.path / "link"));
  CHECK(read_file(folder.file("target")) == "new");
}

TEST_CASE("a link to nothing yet keeps pointing there", "[core]") {
  const Folder folder;
  fs::create_symlink("nowhere", folder.path / "first");
  fs::create_symlink("first", folder.path / "second");
  write_file(folder.file("second"), "new");
  CHECK(fs::is_symlink(folder.path / "second"));
  CHECK(read_file(folder.file("nowhere")) == "new");
}

TEST_CASE("a file that cannot be read is named, with its neighbour's name where that was meant", "[core]") {
  const Folder folder;
  write_file(folder.file("study.json"), "{}");
  CHECK_THAT(error_of([&] { read_file(folder.file("studi.json")); }), Contains("did you mean 'study.json'?"));
  CHECK_THAT(error_of([&] { read_file(folder.path.string()); }), Contains("a folder; a file"));
  CHECK_THAT(error_of([&] { read_file(folder.file("study.json"), 1); }), Contains("more than 1 bytes"));
}

TEST_CASE("a part of a file that was never finished is told by its name", "[core]") {
  CHECK(name_of_part("study.json.part-123") == "study.json");
  CHECK(name_of_part("a.part-1.part-2") == "a.part-1");
  for (const char* name : {"study.json", "study.json.part-", "study.json.part-12x", ".part-1", "part-1", ""})
    CHECK(name_of_part(name).empty());
}

TEST_CASE("a file written part by part appears whole or not at all") {
  const Folder folder;
  const std::string path = folder.file("parts.txt");
  write_file(path, "before");
  {
    FileWriter abandoned(path);
    CHECK_FALSE(abandoned.is_direct());
    CHECK(abandoned.write("half"));
    CHECK(read_file(path) == "before");
  }
  CHECK(read_file(path) == "before");
  {
    FileWriter writer(path);
    writer.write("one, ");
    writer.write("two");
    CHECK(read_file(path) == "before");
    writer.finish();
  }
  CHECK(read_file(path) == "one, two");
  CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
  CHECK(FileWriter("/dev/null").is_direct());
  CHECK_THAT(error_of([&] { FileWriter(folder.path.string()); }), Contains("a folder; a file name"));
  CHECK_THAT(error_of([&] { FileWriter("/dev/full").write("x"); }), Contains("/dev/full: "));
}
