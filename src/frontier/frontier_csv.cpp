// frontier.csv: the points, one a row, for a spreadsheet.
#include <array>
#include <charconv>
#include <string>
#include <string_view>
#include <variant>

#include <equipoise/frontier/frontier.hpp>

namespace equipoise::inline v0 {

namespace {

std::string text_of(double value) {
  std::array<char, 32> buffer{};
  return {buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr};
}

std::string text_of(const std::string& value) { return value; }

// RFC 4180.
std::string field(std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + '"';
}

std::string text_of(const std::vector<Setting>& settings) {
  std::string text;
  for (const auto& [name, value] : settings) {
    if (!text.empty()) text += "; ";
    text += name + '=' + std::visit([](const auto& held) { return text_of(held); }, value);
  }
  return text;
}

}  // namespace

std::string frontier_to_csv(const Frontier& frontier) {
  std::string csv = "id,arm,settings";
  for (const auto& objective : frontier.objectives)
    for (const char* part : {"", " low", " high"}) csv += ',' + field(objective.name + part);
  csv += "\r\n";
  for (const FrontierPoint& point : frontier.points) {
    csv += field(point.id) + ',' + field(point.arm) + ',' + field(text_of(point.settings));
    for (const Estimate& test : point.test)
      for (const double value : {test.value, test.low, test.high}) csv += ',' + text_of(value);
    csv += "\r\n";
  }
  return csv;
}

}  // namespace equipoise::inline v0
