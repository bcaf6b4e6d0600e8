// Numbers within drawings.
#pragma once

#include <string>

#include "report/words.hpp"

namespace equipoise::inline v0 {

/// A coordinate, short and with an ASCII minus.
inline std::string coordinate(double value) {
  std::string text = number_text(value < 0 ? -value : value, 2);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return value < 0 && text != "0" ? '-' + text : text;
}

inline std::string percent(double value) { return coordinate(value) + '%'; }

/// name="value" with a leading blank.
inline std::string attribute(const char* name, const std::string& value) {
  return ' ' + std::string(name) + "=\"" + value + '"';
}

inline std::string line(const std::string& style, const std::string& x1, const std::string& y1, const std::string& x2,
                        const std::string& y2) {
  return "<line" + attribute("class", style) + attribute("x1", x1) + attribute("y1", y1) + attribute("x2", x2) +
         attribute("y2", y2) + "/>";
}

/// `text` must be escaped.
inline std::string label(const std::string& style, const std::string& x, const std::string& y,
                         const std::string& text) {
  return "<text" + attribute("class", style) + attribute("x", x) + attribute("y", y) + ">" + text + "</text>";
}

}  // namespace equipoise::inline v0
