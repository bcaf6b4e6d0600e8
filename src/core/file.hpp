// Whole files: read at once, written all or not at all.
#pragma once

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>

namespace equipoise::inline v0 {

/// The largest file that is read unless said: 4 GiB.
inline constexpr std::size_t largest_file = std::size_t{4} << 30;

/// The bytes of a file; "-" is standard input. Throws file_missing (with a suggestion from its folder),
/// file_unreadable for a folder, for want of permission or where it holds more than `limit` bytes.
std::string read_file(const std::string& path, std::size_t limit = largest_file);

/// Writes the content beside the target and renames it there, so that nobody ever sees half of it; a link is
/// followed to its target, what is not a regular file (a device, a pipe) is written directly, and "-" is standard
/// output. Throws file_unwritable, leaving what was there.
void write_file(const std::string& path, std::string_view content);

/// Writes a file part by part, with the promises of write_file: beside the target until it is finished, directly where
/// the target is no regular file.
class FileWriter {
 public:
  /// Throws file_unwritable.
  explicit FileWriter(const std::string& path);
  FileWriter(const FileWriter&) = delete;
  FileWriter& operator=(const FileWriter&) = delete;
  /// Removes what was written where it was not finished.
  ~FileWriter();

  /// Whether what is written is seen at once, so that nothing of it can be taken back.
  bool is_direct() const noexcept { return temporary_.empty(); }
  /// Adds to the file. False where its reader has gone away and wants no more. Throws file_unwritable.
  bool write(std::string_view part);
  /// Puts the file where it belongs. Throws file_unwritable.
  void finish();

 private:
  std::string path_, target_, temporary_;
  std::FILE* file_ = nullptr;
};

/// The name of the file that a killed write_file left a part of, by the part's name; empty where it is no such part.
std::string name_of_part(std::string_view name);

}  // namespace equipoise::inline v0
