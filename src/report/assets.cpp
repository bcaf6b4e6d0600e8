#include "report/assets.hpp"

#include <cstddef>
#include <cstdint>

namespace equipoise::inline v0 {

namespace {

std::uint32_t nibble(char digit) { return static_cast<std::uint32_t>(digit <= '9' ? digit - '0' : digit - 'a' + 10); }

}  // namespace

std::string policy_hash(const Asset& asset) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string base64;
  // 64 hexadecimal digits are 42 groups of six bits, four bits over, and one '=' of padding.
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const char digit : asset.sha256) {
    bits = (bits << 4) | nibble(digit);
    held += 4;
    if (held < 6) continue;
    held -= 6;
    base64 += alphabet[(bits >> held) & 63];
  }
  if (held > 0) base64 += alphabet[(bits << (6 - held)) & 63];
  while (base64.size() % 4 != 0) base64 += '=';
  return "'sha256-" + base64 + "'";
}

}  // namespace equipoise::inline v0
