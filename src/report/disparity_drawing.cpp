// The parts of a disparity as bars, each beginning where the one before ended, so that their ends add up.
#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "report/html.hpp"
#include "report/scale.hpp"
#include "report/sections.hpp"
#include "report/svg.hpp"
#include "report/words.hpp"

namespace equipoise::inline v0 {

namespace {

struct Bar {
  const char* name;
  const char* style;
  Estimate part;
  double start;
};

constexpr double row_height = 58, bar_height = 18, bar_top = 26;

std::array<Bar, 4> bars_of(const Decomposition& of) {
  const Estimate de = of.ctf_de.estimate, ie = of.ctf_ie.estimate, se = of.ctf_se.estimate;
  return {{{"Direct", "direct", de, 0},
           {"Indirect", "indirect", {-ie.value, -ie.high, -ie.low}, de.value},
           {"Spurious", "spurious", {-se.value, -se.high, -se.low}, de.value - ie.value},
           {"In all", "total", of.tv.estimate, 0}}};
}

// An upright line between the heights of two bars, left out where the text above a bar stands.
std::string upright(const char* style, const LinearScale& x, double at, double from, double to) {
  constexpr double text_top = 4, text_bottom = 22;  // of a row
  std::string svg;
  for (double row = std::floor(from / row_height) * row_height; row < to; row += row_height) {
    const double begin = std::max(from, row + text_bottom), end = std::min(to, row + row_height + text_top);
    if (begin < end) svg += line(style, percent(x(at)), coordinate(begin), percent(x(at)), coordinate(end));
  }
  return svg;
}

std::string drawn(const Bar& bar, const LinearScale& x, double y, const Shown& shown) {
  const double begin = x(bar.start), end = x(bar.start + bar.part.value);
  const std::string middle = coordinate(y + bar_top + bar_height / 2);
  std::string svg = label("name", "0%", coordinate(y + 17), bar.name) +
                    label("amount end", "100%", coordinate(y + 17),
                          escaped(value_text(bar.part, shown, true)) + " <tspan class=\"interval\">" +
                              interval_text(bar.part, shown, true) + "</tspan>");
  svg += "<rect" + attribute("class", std::string("bar ") + bar.style) + attribute("x", percent(std::min(begin, end))) +
         attribute("y", coordinate(y + bar_top)) + attribute("width", percent(std::abs(end - begin))) +
         attribute("height", coordinate(bar_height)) + "/>";
  svg += line("whisker", percent(x(bar.start + bar.part.low)), middle, percent(x(bar.start + bar.part.high)), middle);
  for (const double tip : {bar.part.low, bar.part.high})
    svg += line("whisker", percent(x(bar.start + tip)), coordinate(y + bar_top + 4), percent(x(bar.start + tip)),
                coordinate(y + bar_top + bar_height - 4));
  return svg + "\n";
}

}  // namespace

std::string disparity_drawing(const Decomposition& of) {
  const auto bars = bars_of(of);
  const bool rate = of.outcome.find('=') != std::string::npos;
  double low = 0, high = 0;
  for (const Bar& bar : bars) {
    low = std::min(low, bar.start + bar.part.low);
    high = std::max(high, bar.start + bar.part.high);
  }
  const LinearScale x = padded_scale(low, high, 0, 100, 0.03);
  const double height = row_height * static_cast<double>(bars.size());
  std::string svg = "<svg class=\"drawing disparity\" role=\"img\" width=\"100%\" height=\"" + coordinate(height) +
                    "\" aria-label=\"The contributions as bars; the list below says the same in words\">\n";
  svg += upright("zero", x, 0, 0, height);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const double y = row_height * static_cast<double>(i),
                 next = i + 2 < bars.size() ? bars[i + 1].start : of.tv.estimate.value;
    svg += drawn(bars[i], x, y, difference_shown_as(rate ? "probability" : ""));
    if (i + 1 < bars.size()) svg += upright("joint", x, next, y + bar_top + bar_height, y + row_height + bar_top);
  }
  return svg + "</svg>\n";
}

}  // namespace equipoise::inline v0
