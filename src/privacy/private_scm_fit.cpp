#include <equipoise/privacy/private_scm_fit.hpp>

#include <algorithm>
#include <limits>

#include <equipoise/privacy/nonnegative_counts.hpp>
#include <equipoise/scm/linear_mechanism.hpp>
#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/noise_mechanism.hpp>
#include <equipoise/scm/regression.hpp>
#include <equipoise/scm/table_mechanism.hpp>

namespace equipoise::inline v0::detail {
namespace {

constexpr double undeclared = -1;

double middle(const DeclaredVariable& declared) { return declared.low / 2 + declared.high / 2; }
double half_width(const DeclaredVariable& declared) { return declared.high / 2 - declared.low / 2; }

/// How many categories each variable of a family has; v last.
std::vector<std::size_t> category_counts(const PrivateScmPlan& plan, const std::vector<Node>& family) {
  std::vector<std::size_t> sizes;
  for (const Node each : family) sizes.push_back(category_count(plan, each));
  return sizes;
}

std::size_t product(const std::vector<std::size_t>& sizes) {
  std::size_t result = 1;
  for (const std::size_t size : sizes) result *= size;
  return result;
}

void check_people(const Table& table) {
  check_numbers("private fit", "weights", table.weights(), "1: a row for each person",
                [](double weight) { return weight == 1; });
}

void check_kind(const Column& column, const VariableSpec& declared) {
  if (column.has_levels() == declared.has_levels()) return;
  throw Error(ErrorCode::table_type, "column '" + column.name + "'",
              column.has_levels() ? "levels in a column that is declared a number"
                                  : "numbers in a column that is declared to have levels",
              "what is declared");
}

/// Walks all categories of a family, v the fastest.
class Odometer {
 public:
  explicit Odometer(std::vector<std::size_t> sizes) : sizes_(std::move(sizes)), at_(sizes_.size(), 0) {}
  const std::vector<std::size_t>& at() const noexcept { return at_; }
  void advance() {
    for (std::size_t i = at_.size(); i-- > 0;) {
      if (++at_[i] < sizes_[i]) return;
      at_[i] = 0;
    }
  }

 private:
  std::vector<std::size_t> sizes_, at_;
};

/// Counts by the family of v, summed over the rest of the holder's.
std::vector<double> marginal_counts(const PrivateScmPlan& plan, Node holder, Node v,
                                    const std::vector<double>& counts) {
  const std::vector<Node> all = family_of(plan.graph, holder), wanted = family_of(plan.graph, v);
  const std::vector<std::size_t> sizes = category_counts(plan, wanted);
  std::vector<std::size_t> position;
  for (const Node each : wanted)
    position.push_back(static_cast<std::size_t>(std::find(all.begin(), all.end(), each) - all.begin()));
  std::vector<double> marginal(product(sizes), 0.0);
  Odometer walk(category_counts(plan, all));
  for (const double count : counts) {
    std::size_t index = 0;
    for (std::size_t i = 0; i < wanted.size(); ++i) index = index * sizes[i] + walk.at()[position[i]];
    marginal[index] += count;
    walk.advance();
  }
  return marginal;
}

/// Everybody's shares of the levels, with `prior` people spread evenly.
std::vector<double> overall_shares(const std::vector<double>& counts, std::size_t levels, double prior) {
  std::vector<double> shares(levels, prior / static_cast<double>(levels));
  double total = prior;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    shares[i % levels] += counts[i];
    total += counts[i];
  }
  for (double& share : shares) share /= total;
  return shares;
}

AnyMechanism root_of_levels(std::vector<double> shares) {
  if (shares.size() == 2) return NoiseMechanism(Noise(BernoulliNoise{shares[1]}));
  return NoiseMechanism(Noise(CategoricalNoise{std::move(shares)}));
}

AnyMechanism table_of(const PrivateScmPlan& plan, Node v, std::vector<double> counts) {
  const std::size_t levels = category_count(plan, v);
  const double prior = plan.options.table_prior;
  std::vector<double> shares = overall_shares(counts, levels, prior);
  if (plan.graph.parents(v).empty()) return root_of_levels(std::move(shares));
  for (std::size_t start = 0; start < counts.size(); start += levels) {
    double total = prior;
    for (std::size_t k = 0; k < levels; ++k) total += counts[start + k];
    for (std::size_t k = 0; k < levels; ++k) counts[start + k] = (counts[start + k] + prior * shares[k]) / total;
  }
  std::vector<std::size_t> causes = category_counts(plan, family_of(plan.graph, v));
  causes.pop_back();
  return TableMechanism(ProbabilityTable(std::move(causes), levels, std::move(counts)), plan.options.coupling);
}

/// A linear form of v's causes in their own units, from its coefficients in half widths about the middles, the
/// intercept's first.
LinearPredictor in_units(const PrivateScmPlan& plan, Node v, std::span<const double> coefficients) {
  LinearPredictor predictor{.intercept = coefficients[0], .terms = {}};
  std::size_t next = 1;
  for (const Node parent : plan.graph.parents(v)) {
    LinearTerm& term = predictor.terms.emplace_back();
    const DeclaredVariable& declared = plan.variables[parent];
    if (declared.variable.has_levels()) {
      term.level_effects.assign(1, 0.0);
      for (std::size_t k = 1; k < declared.variable.levels.size(); ++k)
        term.level_effects.push_back(coefficients[next++]);
    } else {
      term.slope = coefficients[next++] / half_width(declared);
      predictor.intercept -= term.slope * middle(declared);
    }
  }
  return predictor;
}

/// One row of regression_design, written from `column` on by put(column, value). category(parent): its level.
template <class Level, class Number, class Put>
void write_design_row(const PrivateScmPlan& plan, Node v, Level level, Number number, Put put) {
  Eigen::Index column = 0;
  put(column++, 1.0);
  for (const Node parent : plan.graph.parents(v)) {
    const VariableSpec& variable = plan.variables[parent].variable;
    if (variable.has_levels()) {
      const std::size_t at = level(parent);
      for (std::size_t k = 1; k < variable.levels.size(); ++k) put(column++, k == at ? 1.0 : 0.0);
    } else {
      put(column++, number(parent));
    }
  }
}

AnyMechanism logistic_of(const PrivateScmPlan& plan, Node v, const std::vector<double>& counts) {
  const auto levels = static_cast<Eigen::Index>(category_count(plan, v));
  const std::vector<Node> family = family_of(plan.graph, v);
  std::vector<std::size_t> sizes = category_counts(plan, family);
  sizes.pop_back();
  const Eigen::Index rows = static_cast<Eigen::Index>(counts.size()) / levels;
  Eigen::MatrixXd design(rows, static_cast<Eigen::Index>(design_columns(plan, v))), people(rows, levels);
  const double everywhere = plan.options.table_prior / static_cast<double>(counts.size());
  Odometer walk(sizes);
  std::vector<std::size_t> category(plan.graph.size());
  for (Eigen::Index row = 0; row < rows; ++row, walk.advance()) {
    for (std::size_t i = 0; i < sizes.size(); ++i) category[family[i]] = walk.at()[i];
    write_design_row(
        plan, v, [&](Node parent) { return category[parent]; },
        [&](Node parent) {
          return (2 * static_cast<double>(category[parent]) + 1) / static_cast<double>(plan.options.cells) - 1;
        },
        [&](Eigen::Index column, double value) { design(row, column) = value; });
    for (Eigen::Index k = 0; k < levels; ++k)
      people(row, k) = counts[static_cast<std::size_t>(row * levels + k)] + everywhere;
  }
  const LogisticFit fit =
      multinomial_logistic(design.rightCols(design.cols() - 1), people, {.ridge = plan.options.logistic_ridge});
  std::vector<LinearPredictor> scores;
  for (Eigen::Index k = 0; k < levels - 1; ++k) {
    std::vector<double> coefficients{fit.intercepts[k]};
    for (Eigen::Index j = 0; j < fit.coefficients.rows(); ++j) coefficients.push_back(fit.coefficients(j, k));
    scores.push_back(in_units(plan, v, coefficients));
  }
  return LogisticMechanism(LogisticProbabilities(plan.graph.parents(v).size(), std::move(scores)),
                           plan.options.coupling);
}

AnyMechanism regression_of(const PrivateScmPlan& plan, Node v, const ReleasedNode& released) {
  const DeclaredVariable& declared = plan.variables[v];
  const double unit = half_width(declared), deviation = unit * released.deviation;
  const Eigen::VectorXd coefficients = unit * released.coefficients;
  LinearPredictor predictor = in_units(plan, v, {coefficients.data(), static_cast<std::size_t>(coefficients.size())});
  predictor.intercept += middle(declared);
  if (predictor.terms.empty())
    return NoiseMechanism(Noise(NormalNoise{.mean = predictor.intercept, .scale = deviation}));
  return LinearMechanism(std::move(predictor), Noise(NormalNoise{.mean = 0, .scale = deviation}));
}

}  // namespace

Eigen::MatrixXd declared_values(const PrivateScmPlan& plan, const Table& table) {
  check_people(table);
  Eigen::MatrixXd values(static_cast<Eigen::Index>(table.rows()), static_cast<Eigen::Index>(plan.graph.size()));
  for (Node v = 0; v < plan.graph.size(); ++v) {
    const DeclaredVariable& declared = plan.variables[v];
    const Column& column = table.column(declared.variable.name);
    check_kind(column, declared.variable);
    std::vector<double> index_of;  // by the table's own level
    for (const std::string& text : column.levels) {
      const auto& levels = declared.variable.levels;
      const auto found = std::find(levels.begin(), levels.end(), text);
      index_of.push_back(found == levels.end() ? undeclared : static_cast<double>(found - levels.begin()));
    }
    const double centre = middle(declared), unit = half_width(declared);
    for (std::size_t row = 0; row < column.values.size(); ++row)
      values(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(v)) =
          column.has_levels() ? index_of[static_cast<std::size_t>(column.values[row])]
                              : std::clamp((column.values[row] - centre) / unit, -1.0, 1.0);
  }
  return values;
}

std::vector<std::int64_t> family_counts(const PrivateScmPlan& plan, Node v, const Eigen::MatrixXd& values) {
  const std::vector<Node> family = family_of(plan.graph, v);
  const std::vector<std::size_t> sizes = category_counts(plan, family);
  std::vector<std::int64_t> counts(product(sizes), 0);
  for (Eigen::Index row = 0; row < values.rows(); ++row) {
    std::size_t index = 0;
    bool counted = true;
    for (std::size_t i = 0; i < family.size(); ++i) {
      double category = values(row, static_cast<Eigen::Index>(family[i]));
      if (plan.variables[family[i]].variable.has_levels())
        counted = counted && category != undeclared;
      else
        category = std::min((category + 1) / 2 * static_cast<double>(sizes[i]), static_cast<double>(sizes[i] - 1));
      index = index * sizes[i] + (counted ? static_cast<std::size_t>(category) : 0);
    }
    if (counted) ++counts[index];
  }
  return counts;
}

Eigen::MatrixXd regression_design(const PrivateScmPlan& plan, Node v, const Eigen::MatrixXd& values) {
  Eigen::MatrixXd design(values.rows(), static_cast<Eigen::Index>(design_columns(plan, v)));
  for (Eigen::Index row = 0; row < values.rows(); ++row) {
    const auto value = [&](Node parent) { return values(row, static_cast<Eigen::Index>(parent)); };
    bool counted = true;
    const auto level = [&](Node parent) {
      counted = counted && value(parent) != undeclared;
      return value(parent) == undeclared ? std::size_t{0} : static_cast<std::size_t>(value(parent));
    };
    write_design_row(plan, v, level, value, [&](Eigen::Index column, double entry) { design(row, column) = entry; });
    if (!counted) design.row(row).setConstant(std::numeric_limits<double>::quiet_NaN());
  }
  return design;
}

Scm scm_of_releases(const PrivateScmPlan& plan, std::vector<ReleasedNode> released) {
  std::vector<VariableSpec> variables;
  std::vector<NodeMechanism> mechanisms;
  for (Node v = 0; v < plan.graph.size(); ++v) {
    variables.push_back(plan.variables[v].variable);
    std::vector<std::string> inputs;
    for (const Node parent : plan.graph.parents(v)) inputs.push_back(plan.graph.name(parent));
    if (!variables.back().has_levels()) {
      mechanisms.push_back({regression_of(plan, v, released[v]), std::move(inputs)});
      continue;
    }
    variables.back().type = variables.back().levels.size() == 2 ? ColumnType::binary : ColumnType::categorical;
    std::vector<double>& counts = released[v].counts;
    make_nonnegative(counts);
    std::vector<double> own = marginal_counts(plan, plan.releases[plan.source[v]].node, v, counts);
    mechanisms.push_back(
        {has_number_among_causes(plan, v) ? logistic_of(plan, v, own) : table_of(plan, v, std::move(own)),
         std::move(inputs)});
  }
  return Scm(plan.graph, std::move(variables), std::move(mechanisms));
}

}  // namespace equipoise::inline v0::detail
