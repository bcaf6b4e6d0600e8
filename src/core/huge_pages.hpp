// Asking the system for large pages of memory.
#pragma once

#include <cstddef>

namespace equipoise::inline v0::detail {

/// Asks that memory about to be filled come in huge pages: a page fault each 2 MiB instead of each 4 KiB. A hint, of
/// which nothing depends but speed; it does nothing for less than 4 MiB.
void prefer_huge_pages(const void* memory, std::size_t bytes) noexcept;

}  // namespace equipoise::inline v0::detail
