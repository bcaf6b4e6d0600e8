#include "core/file.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <vector>

#include <unistd.h>

#include <equipoise/core/error.hpp>
#include <equipoise/core/suggest.hpp>

#include "core/huge_pages.hpp"

namespace equipoise::inline v0 {

namespace {

namespace fs = std::filesystem;

struct Close {
  void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

/// What stands between a file's name and the process's number in the name of what is written beside it.
constexpr std::string_view part_mark = ".part-";

std::string neighbours_suggestion(const fs::path& path) {
  std::vector<std::string> names;
  std::error_code ignored;
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  constexpr std::size_t most_compared = 1000;
  for (fs::directory_iterator it(folder, ignored), end; !ignored && it != end && names.size() < most_compared;
       it.increment(ignored))
    names.push_back(it->path().filename().string());
  return suggestion(path.filename().string(), names);
}

/// Where a link leads, though nothing be there yet: a link keeps pointing where it did, and its target is replaced.
fs::path followed(fs::path path) {
  constexpr int most_links = 40;
  std::error_code error;
  for (int links = 0; links < most_links && fs::is_symlink(path, error); ++links) {
    const fs::path target = fs::read_symlink(path, error);
    path = target.is_absolute() ? target : path.parent_path() / target;
  }
  return path;
}

/// False where the reader went away, who wanted no more.
bool write_all(std::FILE* file, std::string_view content, const std::string& path) {
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size() && std::fflush(file) == 0;
  if (!written && errno == EPIPE) return false;
  if (!written) throw Error(ErrorCode::file_unwritable, path, std::strerror(errno), "room and permission to write");
  return true;
}

}  // namespace

std::string read_file(const std::string& path, std::size_t limit) {
  std::error_code error;
  const bool is_standard_input = path == "-";
  if (!is_standard_input) {
    const auto status = fs::status(path, error);
    if (status.type() == fs::file_type::not_found)
      throw Error(ErrorCode::file_missing, path, "no such file", "a file that exists", neighbours_suggestion(path));
    if (fs::is_directory(status)) throw Error(ErrorCode::file_unreadable, path, "a folder", "a file");
  }
  const File opened(is_standard_input ? nullptr : std::fopen(path.c_str(), "rb"));
  std::FILE* file = is_standard_input ? stdin : opened.get();
  if (file == nullptr) throw Error(ErrorCode::file_unreadable, path, std::strerror(errno), "permission to read");

  std::string content;
  const auto size = is_standard_input ? 0 : fs::file_size(path, error);
  constexpr std::size_t chunk = std::size_t{1} << 20;
  if (!error && size <= limit) {
    content.reserve(static_cast<std::size_t>(size) + chunk);
    detail::prefer_huge_pages(content.data(), content.capacity());
  }
  for (;;) {
    const std::size_t before = content.size();
    content.resize(before + chunk);
    const std::size_t got = std::fread(content.data() + before, 1, chunk, file);
    content.resize(before + got);
    if (content.size() > limit)
      throw Error(ErrorCode::file_unreadable, path, "more than " + std::to_string(limit) + " bytes",
                  "a file within that limit");
    if (got < chunk) break;
  }
  if (std::ferror(file)) throw Error(ErrorCode::file_unreadable, path, std::strerror(errno), "a file that can be read");
  return content;
}

FileWriter::FileWriter(const std::string& path) : path_(path == "-" ? "standard output" : path) {
  if (path == "-") {
    file_ = stdout;
    return;
  }
  const fs::path target = followed(path);
  std::error_code error;
  const auto status = fs::status(target, error);
  if (fs::is_directory(status)) throw Error(ErrorCode::file_unwritable, path, "a folder", "a file name");
  target_ = target.string();
  const bool is_device = fs::exists(status) && !fs::is_regular_file(status);
  if (!is_device) temporary_ = target_ + std::string(part_mark) + std::to_string(::getpid());
  file_ = std::fopen((is_device ? target_ : temporary_).c_str(), "wb");
  if (file_ == nullptr)
    throw Error(ErrorCode::file_unwritable, path, std::strerror(errno),
                is_device ? "permission to write" : "a folder that exists and permission to write");
}

FileWriter::~FileWriter() {
  if (file_ == nullptr || file_ == stdout) return;
  std::fclose(file_);
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove(temporary_, ignored);
}

bool FileWriter::write(std::string_view part) { return write_all(file_, part, path_); }

void FileWriter::finish() {
  if (file_ == stdout) return;
  const bool is_closed = std::fclose(file_) == 0;
  file_ = nullptr;
  std::error_code error;
  if (is_closed && !temporary_.empty()) fs::rename(temporary_, target_, error);
  if (is_closed && !error) return;
  std::error_code ignored;
  if (!temporary_.empty()) fs::remove(temporary_, ignored);
  throw Error(ErrorCode::file_unwritable, path_, is_closed ? error.message() : std::strerror(errno),
              "room and a target that can be replaced");
}

void write_file(const std::string& path, std::string_view content) {
  FileWriter writer(path);
  writer.write(content);
  writer.finish();
}

std::string name_of_part(std::string_view name) {
  const std::size_t mark = name.rfind(part_mark);
  if (mark == std::string_view::npos || mark == 0) return {};
  const std::string_view number = name.substr(mark + part_mark.size());
  if (number.empty() || number.find_first_not_of("0123456789") != std::string_view::npos) return {};
  return std::string(name.substr(0, mark));
}

}  // namespace equipoise::inline v0
