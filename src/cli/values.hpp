// Values as they are typed on the command line: lists, assignments, contrasts.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace equipoise::cli {

/// `X=1`: the name runs to the first '=', the value to the next comma; either may be quoted with '…'.
struct Assignment {
  std::string name;
  std::string value;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

/// `gender=Female vs Male`: the value compared, and the reference, "" where only one value is named.
struct Contrast {
  std::string name;
  std::string value;
  std::string reference;
  friend bool operator==(const Contrast&, const Contrast&) = default;
};

// `place` is the option, such as "--do"; an error adds the column within the text, from 1.
// All throw query_syntax. Inside quotes, '' stands for one quote.

/// `A, 'B, C'`: at least one name, none empty or repeated.
std::vector<std::string> parse_list(std::string_view place, std::string_view text);

/// `X=1, Z='a, b'`: at least one assignment, no name twice.
std::vector<Assignment> parse_assignments(std::string_view place, std::string_view text);

/// `race=Black vs White, sex=Female vs Male`, `gender=Female`: at least one contrast, no name twice; a value that holds
/// ` vs ` or a comma is quoted.
std::vector<Contrast> parse_contrasts(std::string_view place, std::string_view text);

}  // namespace equipoise::cli
