// The names and values of a query as a model's: what binding a query and licensing its answer share.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <equipoise/identify/query.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0::detail {

/// The names and values of a query as a model's.
class ModelNames {
 public:
  ModelNames(const Scm& model, std::string place) : model_(model), place_(std::move(place)) {}

  const Scm& model() const noexcept { return model_; }
  const std::string& place() const noexcept { return place_; }

  /// Throws query_unknown_variable.
  Node node(const QueryText& name) const;
  const VariableSpec& variable(Node v) const { return model_.variable(v); }

  /// A level's index, by text or as an equal number, or, of a variable without levels, the number.
  std::optional<double> find_value(Node v, std::string_view text) const;
  /// Throws query_unknown_value.
  double value(Node v, const QueryText& text) const;

  /// The numbers that a variable's levels are; nothing where one of them is none, or the variable has no levels.
  std::optional<std::vector<double>> level_numbers(Node v) const;
  /// What a mean takes levels for: their numbers, or 0 and 1 of two that are no numbers. Empty for a variable without
  /// levels. Throws query_unsupported.
  std::vector<double> mean_numbers(const QueryText& name) const;

  /// The variable on the right of `Y != W`, where W is no value of Y but a variable.
  std::optional<Node> compared_variable(const QueryEvent& event) const;

  [[noreturn]] void fail(const QueryText& at, std::string found, std::string expected) const;

 private:
  const Scm& model_;
  std::string place_;
};

}  // namespace equipoise::inline v0::detail
