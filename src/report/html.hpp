// Text into HTML: whatever comes from data stays text.
#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

namespace equipoise::inline v0 {

/// Safe as an element's text and within a quoted attribute. Control characters become U+FFFD.
std::string escaped(std::string_view text);

/// Safe within <script type="application/json">: ASCII, without '<', '>' or '&'. Bytes that are no UTF-8 become U+FFFD.
std::string script_safe(const nlohmann::ordered_json& json);

}  // namespace equipoise::inline v0
