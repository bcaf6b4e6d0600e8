// The parts of the page that are the same in every report, embedded at build time by cmake/ReportAssets.cmake.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace equipoise::inline v0 {

struct Asset {
  std::string_view text;
  std::string_view sha256;  ///< in hexadecimal
};

/// Style and script of our own.
Asset report_style() noexcept;
Asset report_script() noexcept;
/// The charts' scripts, in the order in which a page loads them; none where this build was made without.
const std::vector<Asset>& chart_scripts();
/// The licences of what chart_scripts() holds.
std::string_view chart_notices() noexcept;

/// What a Content-Security-Policy calls an asset: 'sha256-…' (base64; CSP level 3, section 2.3.1).
std::string policy_hash(const Asset& asset);

}  // namespace equipoise::inline v0
