// The words and signs of the query language.
#pragma once

#include <array>
#include <string_view>
#include <utility>

#include <equipoise/identify/query.hpp>

namespace equipoise::inline v0::detail {

inline constexpr std::array<std::pair<std::string_view, QueryEffect::Kind>, 9> effect_names{
    {{"ATE", QueryEffect::Kind::ate},
     {"ETT", QueryEffect::Kind::ett},
     {"NDE", QueryEffect::Kind::nde},
     {"NIE", QueryEffect::Kind::nie},
     {"CDE", QueryEffect::Kind::cde},
     {"PN", QueryEffect::Kind::pn},
     {"PS", QueryEffect::Kind::ps},
     {"PNS", QueryEffect::Kind::pns},
     {"PSE", QueryEffect::Kind::pse}}};

/// Longer signs before those that they begin with.
inline constexpr std::array<std::pair<std::string_view, Comparison>, 6> comparison_symbols{
    {{"!=", Comparison::not_equal},
     {"<=", Comparison::less_or_equal},
     {">=", Comparison::greater_or_equal},
     {"<", Comparison::less},
     {">", Comparison::greater},
     {"=", Comparison::equal}}};

}  // namespace equipoise::inline v0::detail
