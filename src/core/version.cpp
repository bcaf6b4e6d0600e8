#include <equipoise/version.hpp>

namespace equipoise::inline v0 {

std::string_view library_version() noexcept { return header_version; }

}  // namespace equipoise::inline v0
