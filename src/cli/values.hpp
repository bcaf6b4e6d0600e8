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

/// `gender=Female vs Male`, `gender=Female`; a value that holds ` vs ` is quoted.
Contrast parse_contrast(std::string_view place, std::string_view text);

}  // namespace equipoise::cli
