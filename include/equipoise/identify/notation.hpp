// Estimands on paper: plain text, Unicode and LaTeX.
#pragma once

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include <equipoise/identify/expression.hpp>
#include <equipoise/identify/rename.hpp>

namespace equipoise::inline v0 {

/// How an expression is written.
enum class Notation {
  text,     ///< ASCII: sum_{Z} P(Y | X, Z) P(Z)
  unicode,  ///< ∑_{Z} P(Y | X, Z) P(Z)
  latex,    ///< \sum_{Z} P(Y \mid X, Z)\,P(Z)
};

namespace detail {

// Words within LaTeX's text mode.
inline std::string latex_text(std::string_view words) {
  std::string text;
  for (const char c : words) {
    if (std::string_view("#$%&_{}").find(c) != std::string_view::npos) text += '\\';
    if (c == '\\' || c == '^' || c == '~')
      text += c == '\\' ? "\\textbackslash{}" : c == '^' ? "\\^{}" : "\\~{}";
    else
      text += c;
  }
  return text;
}

struct ExpressionWriter {
  std::span<const std::string> names;
  std::span<const std::string> populations;
  Notation notation;
  const std::map<Symbol, std::string>& values;  // written behind a symbol

  std::string name(Symbol symbol) const {
    const auto value = values.find(symbol);
    if (value == values.end()) return plain_name(symbol);
    return plain_name({symbol.variable, 0}) +
           (notation == Notation::latex ? " {=} \\text{" + latex_text(value->second) + "}" : "=" + value->second);
  }

  std::string plain_name(Symbol symbol) const {
    std::string text;
    if (notation == Notation::latex) {
      const bool is_word = names[symbol.variable].size() > 1;
      if (is_word) text += "\\mathit{";
      for (const char c : names[symbol.variable]) {
        if (std::string_view("#$%&_{}").find(c) != std::string_view::npos) text += '\\';
        if (c == '\\' || c == '^' || c == '~')
          text += c == '\\' ? "\\backslash " : c == '^' ? "\\hat{}" : "\\tilde{}";
        else
          text += c;
      }
      if (is_word) text += '}';
    } else {
      text = names[symbol.variable];
    }
    text.append(symbol.copy, '\'');
    return text;
  }

  std::string list(const Symbols& symbols) const {
    std::string text;
    for (const Symbol s : symbols) text += (text.empty() ? "" : ", ") + name(s);
    return text;
  }

  std::string write(const Expression::Probability& p) const {
    std::string text = "P";
    if (p.population != 0) {
      const std::string label =
          p.population < populations.size() ? populations[p.population] : std::to_string(p.population);
      text += notation == Notation::latex ? "^{\\mathrm{" + label + "}}" : "^{" + label + "}";
    }
    text += '(' + list(p.of);
    if (!p.given.empty() || !p.intervened.empty()) text += notation == Notation::latex ? " \\mid " : " | ";
    if (!p.intervened.empty())
      text += (notation == Notation::latex ? "\\mathrm{do}(" : "do(") + list(p.intervened) + ')';
    if (!p.intervened.empty() && !p.given.empty()) text += ", ";
    return text + list(p.given) + ')';
  }

  std::string write(const Expression::Sum& s) const {
    const char* sign = notation == Notation::latex ? "\\sum_{" : notation == Notation::unicode ? "\u2211_{" : "sum_{";
    return sign + list(s.over) + "} " + write(s.term);
  }

  std::string write(const Expression::Fraction& f) const {
    if (notation == Notation::latex) return "\\frac{" + write(f.numerator) + "}{" + write(f.denominator) + '}';
    const auto side = [&](const Expression& e) {
      return e.as<Expression::Probability>() != nullptr ? write(e) : '[' + write(e) + ']';
    };
    return side(f.numerator) + " / " + side(f.denominator);
  }

  std::string write(const Expression::Product& product) const {
    if (product.factors.empty()) return "1";
    std::string text;
    for (const auto& factor : product.factors) {
      if (!text.empty()) text += notation == Notation::latex ? "\\," : " ";
      const bool closed = factor.as<Expression::Probability>() != nullptr ||
                          (notation == Notation::latex && factor.as<Expression::Fraction>() != nullptr);
      const char* open = notation == Notation::latex ? "\\left(" : "[";
      const char* close = notation == Notation::latex ? "\\right)" : "]";
      text += closed ? write(factor) : open + write(factor) + close;
    }
    return text;
  }

  std::string write(const Expression& expression) const {
    return std::visit([this](const auto& part) { return write(part); }, expression.tree().part);
  }
};

}  // namespace detail

/// A symbol as it stands in an expression: "Y", "Y'".
inline std::string to_text(Symbol symbol, std::span<const std::string> names, Notation notation = Notation::text) {
  return detail::ExpressionWriter{names, {}, notation, {}}.plain_name(symbol);
}

/// The expression as text. `names` by node; `populations` by index (the target, 0, is not marked).
inline std::string to_text(const Expression& expression, std::span<const std::string> names,
                           Notation notation = Notation::text, std::span<const std::string> populations = {}) {
  return detail::ExpressionWriter{names, populations, notation, {}}.write(with_distinct_symbols(expression));
}

/// The same at values of some free symbols, which are written with their values and without primes:
/// sum_{Z} P(Y=1 | X=0, Z) P(Z).
inline std::string to_text(const Expression& expression, std::span<const std::string> names,
                           const std::map<Symbol, std::string>& values, Notation notation = Notation::text,
                           std::span<const std::string> populations = {}) {
  // Symbols with a value leave the low copies to what sums run over.
  constexpr unsigned out_of_the_way = 1U << 20;
  Renaming renaming;
  std::map<Node, unsigned> taken;
  std::map<Symbol, std::string> moved;
  for (const Symbol s : free_symbols(expression))
    if (const auto value = values.find(s); value != values.end()) {
      renaming[s] = {s.variable, s.copy + out_of_the_way};
      moved[renaming[s]] = value->second;
    } else {
      taken[s.variable] = std::max(taken[s.variable], s.copy + 1);
    }
  return detail::ExpressionWriter{names, populations, notation, moved}.write(
      detail::rename(expression, renaming, taken));
}

}  // namespace equipoise::inline v0
