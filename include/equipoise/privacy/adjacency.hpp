// Neighbouring relations: which two datasets a guarantee must make hard to tell apart.
#pragma once

#include <string_view>

namespace equipoise::inline v0 {

/// Two datasets are neighbours if they differ by one person, who
enum class Adjacency {
  add_or_remove_one,  ///< is in one of them alone; the datasets' size is not public
  replace_one,        ///< is someone else in the other; the size is public
};

constexpr std::string_view adjacency_name(Adjacency adjacency) noexcept {
  return adjacency == Adjacency::add_or_remove_one ? "add-or-remove-one" : "replace-one";
}

}  // namespace equipoise::inline v0
