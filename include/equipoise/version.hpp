// The version of equipoise.
#pragma once

#include <string_view>

namespace equipoise::inline v0 {

/// The version of the headers, as MAJOR.MINOR.PATCH (semantic versioning).
inline constexpr std::string_view header_version = "0.1.0";

/// The version of the library that was linked; equal to header_version unless the two were mixed.
std::string_view library_version() noexcept;

}  // namespace equipoise::inline v0
