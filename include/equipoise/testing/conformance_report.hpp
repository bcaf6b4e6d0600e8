// What a conformance suite found, for any test framework.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace equipoise::inline v0 {

/// The checks that ran and the sentences of those that failed, each once however often it failed:
///
///     const ConformanceReport report = check_objective(MyObjective{});
///     if (!report.passed()) std::fputs(report.text().c_str(), stderr);
struct ConformanceReport {
  std::size_t checks = 0;
  std::vector<std::string> failures = {};

  /// True where something was checked and nothing failed.
  bool passed() const noexcept { return checks > 0 && failures.empty(); }

  /// Counts a check. A failure is the sentence, followed by `details` of the first time.
  void expect(bool holds, const std::string& sentence, const std::string& details = {}) {
    ++checks;
    if (holds) return;
    const auto known = [&](const std::string& failure) {
      return failure == sentence || failure.starts_with(sentence + ": ");
    };
    if (std::none_of(failures.begin(), failures.end(), known))
      failures.push_back(sentence + (details.empty() ? "" : ": " + details));
  }

  /// One failure a line; "" where there is none.
  std::string text() const {
    std::string text;
    for (const std::string& failure : failures) text += failure + '\n';
    return text;
  }
};

}  // namespace equipoise::inline v0
