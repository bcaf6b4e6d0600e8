// How a mechanism of one kind is read from a model's file and written to it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <equipoise/scm/coupling.hpp>
#include <equipoise/scm/scm.hpp>

#include "core/json_reader.hpp"

namespace equipoise::inline v0 {

/// An input of a mechanism as files name it.
struct NamedInput {
  std::string name;
  std::vector<std::string> levels;  ///< their texts; none for a number
};

NamedInput named_input(const Scm& scm, const Scm::Input& input);

/// What is known about the variable whose mechanism is read.
class MechanismReading {
 public:
  /// variables: those known so far; all of them once mechanisms are read.
  MechanismReading(const CausalGraph& graph, std::span<const ExogenousVariable> exogenous,
                   std::span<const VariableSpec> variables, Node node)
      : graph_(graph), exogenous_(exogenous), variables_(variables), node_(node) {}

  const std::string& name() const { return graph_.name(node_); }
  const std::vector<std::string>& levels() const { return variables_[node_].levels; }
  /// What the mechanism may read: parents in the graph and exogenous variables.
  std::vector<std::string> possible_inputs() const;
  /// Throws json_value at `at`, with a suggestion, for a name that is none of these.
  NamedInput input(const std::string& name, const JsonValue& at) const;

  struct Cause {
    NamedInput input;
    std::optional<std::size_t> level;
  };
  /// "X" as a cause, and "dept=B" as a cause and one of its levels; a name that holds '=' itself wins. Throws
  /// json_value at `at`, with a suggestion.
  Cause cause(const std::string& key, const JsonValue& at) const;

 private:
  const CausalGraph& graph_;
  std::span<const ExogenousVariable> exogenous_;
  std::span<const VariableSpec> variables_;
  Node node_;
};

/// What is known about the variable whose mechanism is written.
struct MechanismWriting {
  std::vector<NamedInput> inputs;
  std::vector<std::string> levels;  ///< the variable's own
  std::vector<std::string> input_names() const;
};

/// One kind of mechanism in files.
struct MechanismCodec {
  std::string_view kind;
  bool gives_numbers;  ///< only, so that no variable with levels can have it
  /// What the mechanism says about its variable, where the file leaves that out.
  VariableSpec (*infer)(const MechanismReading&, const JsonValue&);
  NodeMechanism (*read)(const MechanismReading&, const JsonValue&);
  /// Nothing where the mechanism is of another kind.
  std::optional<Json> (*write)(const MechanismWriting&, const AnyMechanism&);
};

std::span<const MechanismCodec> mechanism_codecs();

// The kinds, each in the file of its family.
extern const MechanismCodec noise_codec, linear_codec, polynomial_codec, spline_codec, perceptron_codec;
extern const MechanismCodec formula_codec;
extern const MechanismCodec location_scale_codec, post_nonlinear_codec;
extern const MechanismCodec lookup_codec, table_codec;
extern const MechanismCodec logistic_codec, ordinal_codec;

// What several kinds share ---------------------------------------------------------------------------------

/// Runs `make`; what a constructor finds wrong is reported at the JSON value it came from.
template <class Make>
auto made_at(const JsonValue& value, Make make) {
  try {
    return make();
  } catch (const Error& error) {
    if (error.place().starts_with(value.file())) throw;
    value.fail(ErrorCode::json_value, error.place().empty() ? error.found() : error.place() + ": " + error.found(),
               error.expected(), error.hint());
  }
}

VariableSpec number_variable(std::string name);
/// Levels "0", "1", …
VariableSpec levels_variable(std::string name, std::size_t count);
/// As MechanismCodec::infer, of kinds that give numbers.
VariableSpec infer_number(const MechanismReading& reading, const JsonValue& value);

/// The position of `name` in `names`, at whose end it is put if it is not there.
std::size_t position_in(std::vector<std::string>& names, const std::string& name);

Coupling coupling_of(const JsonValue& mechanism);
void put_coupling(Coupling coupling, Json& into);

}  // namespace equipoise::inline v0
