#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <equipoise/core/number.hpp>
#include <equipoise/core/suggest.hpp>
#include <equipoise/scm/bif.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/table_mechanism.hpp>

#include "core/file.hpp"
#include "scm/bif_scanner.hpp"

namespace equipoise::inline v0 {
namespace {

using detail::BifScanner;
using detail::BifToken;

constexpr std::size_t most_numbers = 10'000'000;  // of one table
constexpr double rounding = 1e-3;                 // of a row's printed digits

/// `table`, `default` or a row, as it stands in the file.
struct BifRow {
  enum class Kind { table, fallback, row } kind;
  BifToken at;
  std::vector<BifToken> configuration;
  std::vector<double> numbers;
};

struct BifTable {
  std::vector<BifToken> names;  // the variable, then its parents
  std::vector<BifRow> rows;
};

class Reader {
 public:
  Reader(std::string_view text, std::string file, Coupling coupling)
      : file_(std::move(file)), scanner_(text, file_), coupling_(coupling) {}

  Scm read() {
    while (scanner_.peek().kind != BifToken::Kind::end) block();
    if (variables_.empty()) scanner_.fail(scanner_.peek(), "a variable");
    std::vector<std::optional<NodeMechanism>> mechanisms(variables_.size());
    std::vector<std::string> names;
    for (const VariableSpec& variable : variables_) names.push_back(variable.name);
    std::vector<NamedEdge> edges;
    for (const BifTable& table : tables_) {
      const std::size_t child = variable_of(table.names.front());
      if (mechanisms[child])
        scanner_.fail(table.names.front(), "probabilities of '" + names[child] + "' twice", "one table a variable");
      mechanisms[child] = mechanism_of(child, table);
      for (const std::string& parent : mechanisms[child]->inputs) edges.emplace_back(parent, names[child]);
    }
    std::vector<NodeMechanism> found;
    for (std::size_t v = 0; v < mechanisms.size(); ++v) {
      if (!mechanisms[v])
        scanner_.fail(declared_[v], "variable '" + names[v] + "' without probabilities", "a block of them");
      found.push_back(*std::move(mechanisms[v]));
    }
    return Scm(CausalGraph(names, edges, {}, file_), variables_, std::move(found), {}, file_);
  }

 private:
  // Reading --------------------------------------------------------------------------------------------

  void block() {
    const BifToken keyword = scanner_.take();
    if (keyword.is_word("network"))
      network();
    else if (keyword.is_word("variable"))
      variable();
    else if (keyword.is_word("probability"))
      probability();
    else
      scanner_.fail(keyword, "'network', 'variable' or 'probability'");
  }

  void network() {
    if (scanner_.peek().kind == BifToken::Kind::word) scanner_.take();
    scanner_.expect_mark('{');
    while (!scanner_.take_mark('}')) property();
  }

  void property() {
    if (!scanner_.peek().is_word("property")) scanner_.fail(scanner_.peek(), "'property' or '}'");
    scanner_.skip_statement();
  }

  void variable() {
    const BifToken name = scanner_.expect_word("a variable's name");
    scanner_.expect_mark('{');
    std::optional<std::vector<std::string>> levels;
    while (!scanner_.take_mark('}')) {
      if (!scanner_.peek().is_word("type")) {
        property();
      } else {
        if (levels) scanner_.fail(scanner_.peek(), "a second type of '" + std::string(name.text) + "'", "one");
        levels = discrete_type();
      }
    }
    if (!levels) scanner_.fail(name, "variable '" + std::string(name.text) + "' without a type", "its levels");
    if (!index_.emplace(name.text, variables_.size()).second)
      scanner_.fail(name, "variable '" + std::string(name.text) + "' twice", "distinct names");
    variables_.push_back({std::string(name.text), levels->size() == 2 ? ColumnType::binary : ColumnType::categorical,
                          *std::move(levels)});
    declared_.push_back(name);
  }

  std::vector<std::string> discrete_type() {
    scanner_.take();
    const BifToken kind = scanner_.expect_word("'discrete'");
    if (!kind.is_word("discrete")) scanner_.fail(kind, "'discrete', the one type that is read");
    scanner_.expect_mark('[');
    const BifToken count = scanner_.expect_word("how many levels there are");
    scanner_.expect_mark(']');
    scanner_.expect_mark('{');
    std::vector<std::string> levels;
    while (!scanner_.take_mark('}')) {
      const BifToken level = scanner_.expect_word("a level");
      if (std::find(levels.begin(), levels.end(), level.text) != levels.end())
        scanner_.fail(level, "level '" + std::string(level.text) + "' twice", "distinct levels");
      levels.emplace_back(level.text);
    }
    scanner_.expect_mark(';');
    if (levels.empty() || count.text != std::to_string(levels.size()))
      scanner_.fail(count, std::to_string(levels.size()) + " levels",
                    "as many as stand in the brackets, and one at least");
    return levels;
  }

  void probability() {
    BifTable table;
    scanner_.expect_mark('(');
    while (!scanner_.take_mark(')')) table.names.push_back(scanner_.expect_word("a variable"));
    if (table.names.empty())
      scanner_.fail(scanner_.peek(), "no variable", "the variable whose probabilities these are");
    scanner_.expect_mark('{');
    while (!scanner_.take_mark('}')) {
      if (scanner_.peek().is_word("property"))
        property();
      else
        table.rows.push_back(row());
    }
    tables_.push_back(std::move(table));
  }

  BifRow row() {
    const BifToken first = scanner_.take();
    BifRow row{BifRow::Kind::row, first, {}, {}};
    if (first.is_word("table"))
      row.kind = BifRow::Kind::table;
    else if (first.is_word("default"))
      row.kind = BifRow::Kind::fallback;
    else if (first.is_mark('('))
      while (!scanner_.take_mark(')')) row.configuration.push_back(scanner_.expect_word("a parent's level"));
    else
      scanner_.fail(first, "'table', 'default', a row or '}'");
    while (!scanner_.take_mark(';')) {
      const BifToken token = scanner_.expect_word("a probability or ';'");
      const std::optional<double> p = parse_number(token.text);
      if (!p || *p < 0 || *p > 1 + rounding) scanner_.fail(token, "a probability, from 0 to 1");
      row.numbers.push_back(*p);
    }
    return row;
  }

  // Making the model -----------------------------------------------------------------------------------

  std::size_t variable_of(const BifToken& name) const {
    if (const auto found = index_.find(name.text); found != index_.end()) return found->second;
    std::vector<std::string_view> known;
    for (const VariableSpec& each : variables_) known.push_back(each.name);
    scanner_.fail(name, "unknown variable '" + std::string(name.text) + "'", "one that the file declares",
                  suggestion(name.text, known));
  }

  NodeMechanism mechanism_of(std::size_t child, const BifTable& table) const {
    std::vector<std::string> parents;
    std::vector<std::size_t> variables, levels;
    std::size_t numbers = variables_[child].levels.size();
    for (auto name = table.names.begin() + 1; name != table.names.end(); ++name) {
      const std::size_t parent = variable_of(*name);
      if (parent == child || std::find(variables.begin(), variables.end(), parent) != variables.end())
        scanner_.fail(*name, "'" + std::string(name->text) + "' twice", "distinct variables");
      variables.push_back(parent);
      parents.push_back(variables_[parent].name);
      levels.push_back(variables_[parent].levels.size());
      numbers *= levels.back();
      if (numbers > most_numbers)
        scanner_.fail(*name, "a table of too many numbers", "at most " + std::to_string(most_numbers));
    }
    std::vector<double> rows = rows_of(child, table, variables, levels, numbers);
    if (parents.empty()) return {NoiseMechanism(Noise(CategoricalNoise{std::move(rows)})), {}};
    return {TableMechanism(ProbabilityTable(levels, variables_[child].levels.size(), std::move(rows)), coupling_),
            parents};
  }

  /// Row-major over configurations of the parents, the last fastest.
  std::vector<double> rows_of(std::size_t child, const BifTable& table, const std::vector<std::size_t>& parents,
                              const std::vector<std::size_t>& parent_levels, std::size_t numbers) const {
    const std::size_t own = variables_[child].levels.size(), configurations = numbers / own;
    std::vector<double> rows(numbers);
    std::vector<const BifRow*> given(configurations);
    const BifRow* fallback = nullptr;
    for (const BifRow& row : table.rows) {
      if (row.kind == BifRow::Kind::fallback) {
        if (fallback != nullptr) scanner_.fail(row.at, "a second default", "one");
        fallback = &row;
      } else if (row.kind == BifRow::Kind::table) {
        check_count(row, numbers);
        for (std::size_t c = 0; c < configurations; ++c) {
          claim(given[c], row);
          for (std::size_t k = 0; k < own; ++k) rows[c * own + k] = row.numbers[k * configurations + c];
        }
      } else {
        check_count(row, own);
        const std::size_t c = configuration_of(row, parents, parent_levels);
        claim(given[c], row);
        std::copy(row.numbers.begin(), row.numbers.end(), rows.begin() + static_cast<std::ptrdiff_t>(c * own));
      }
    }
    if (fallback != nullptr) check_count(*fallback, own);
    for (std::size_t c = 0; c < configurations; ++c) {
      const auto start = rows.begin() + static_cast<std::ptrdiff_t>(c * own);
      if (given[c] == nullptr && fallback == nullptr)
        scanner_.fail(
            table.names.front(),
            "no probabilities of '" + variables_[child].name + "' given " + text_of(c, parents, parent_levels),
            "a row for every configuration of the parents, or a default");
      if (given[c] == nullptr) std::copy(fallback->numbers.begin(), fallback->numbers.end(), start);
      scale_to_one(std::span(start, own), given[c] == nullptr ? *fallback : *given[c]);
    }
    return rows;
  }

  void claim(const BifRow*& place, const BifRow& row) const {
    if (place != nullptr) scanner_.fail(row.at, "a configuration that stands there twice", "each once");
    place = &row;
  }

  void check_count(const BifRow& row, std::size_t expected) const {
    if (row.numbers.size() != expected)
      scanner_.fail(row.at, std::to_string(row.numbers.size()) + " probabilities", std::to_string(expected));
  }

  void scale_to_one(std::span<double> row, const BifRow& of) const {
    double total = 0;
    for (const double p : row) total += p;
    if (!(std::abs(total - 1) <= rounding))
      scanner_.fail(of.at, "probabilities that sum to " + shortest(total), "a sum of 1",
                    of.kind == BifRow::Kind::table && row.size() != of.numbers.size()
                        ? "in a table the variable's own value changes slowest"
                        : "");
    for (double& p : row) p /= total;
  }

  std::size_t configuration_of(const BifRow& row, const std::vector<std::size_t>& parents,
                               const std::vector<std::size_t>& parent_levels) const {
    if (row.configuration.size() != parents.size())
      scanner_.fail(row.at, std::to_string(row.configuration.size()) + " levels",
                    std::to_string(parents.size()) + ", one a parent");
    std::size_t index = 0;
    for (std::size_t c = 0; c < parents.size(); ++c) {
      const std::vector<std::string>& levels = variables_[parents[c]].levels;
      const BifToken& token = row.configuration[c];
      const auto found = std::find(levels.begin(), levels.end(), token.text);
      if (found == levels.end())
        scanner_.fail(token, "'" + std::string(token.text) + "'", "a level of '" + variables_[parents[c]].name + "'",
                      suggestion(token.text, levels));
      index = index * parent_levels[c] + static_cast<std::size_t>(found - levels.begin());
    }
    return index;
  }

  std::string text_of(std::size_t configuration, const std::vector<std::size_t>& parents,
                      const std::vector<std::size_t>& parent_levels) const {
    std::string text;
    for (std::size_t c = parents.size(); c-- > 0; configuration /= parent_levels[c])
      text = variables_[parents[c]].levels[configuration % parent_levels[c]] + (text.empty() ? "" : ", ") + text;
    return "(" + text + ")";
  }

  std::string file_;
  BifScanner scanner_;
  Coupling coupling_;
  std::vector<VariableSpec> variables_;
  std::vector<BifToken> declared_;
  std::unordered_map<std::string_view, std::size_t> index_;
  std::vector<BifTable> tables_;
};

}  // namespace

Scm parse_bif(std::string_view text, std::string file, Coupling coupling) {
  return Reader(text, std::move(file), coupling).read();
}

Scm read_bif(const std::string& path, Coupling coupling) { return parse_bif(read_file(path), path, coupling); }

}  // namespace equipoise::inline v0
