// The worlds that objectives ask for, each built once, however many objectives share it.
#pragma once

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include <equipoise/data/encoding.hpp>
#include <equipoise/data/table.hpp>
#include <equipoise/identify/licence.hpp>
#include <equipoise/objective/objective.hpp>
#include <equipoise/scm/counterfactual.hpp>
#include <equipoise/scm/scm.hpp>

namespace equipoise::inline v0 {

/// What turns rows into the worlds that a predictor is asked about.
struct WorldSource {
  Encoding encoding;            ///< of the features
  std::string outcome;          ///< the column predicted; the predictor stands in its place
  std::optional<Scm> scm = {};  ///< needed for every world but the factual one
};

/// Rows with all that objectives read of them.
struct PreparedRows {
  Table table;                            ///< as observed
  std::vector<double> outcome;            ///< one a row: 1 or 0, or the number
  std::vector<double> weights;            ///< one a row
  std::vector<WorldRequest> requests;     ///< distinct
  std::vector<Eigen::MatrixXd> features;  ///< encoded, rows x columns: one a request

  std::size_t rows() const noexcept { return outcome.size(); }
};

/// The worlds that the objectives ask for, each once, the factual one first. `of_objective[k]` lists where objective
/// k's worlds stand among them, in its order.
struct WorldCatalogue {
  std::vector<WorldRequest> requests;
  std::vector<std::vector<std::size_t>> of_objective;
};

template <class Objectives>
WorldCatalogue catalogue_worlds(const Objectives& objectives) {
  WorldCatalogue catalogue{{WorldRequest{}}, {}};
  for (const auto& objective : objectives) {
    std::vector<std::size_t> places;
    for (const WorldRequest& request : worlds_of(objective)) {
      const auto found = std::find(catalogue.requests.begin(), catalogue.requests.end(), request);
      places.push_back(static_cast<std::size_t>(found - catalogue.requests.begin()));
      if (found == catalogue.requests.end()) catalogue.requests.push_back(request);
    }
    catalogue.of_objective.push_back(std::move(places));
  }
  return catalogue;
}

/// One world of the table's rows, encoded for the predictor: rows x encoded columns. Noise that a row leaves open is
/// drawn from options.seed. Throws objective_mismatch where the request needs a model and there is none, and what
/// path_specific_features and encode throw.
Eigen::MatrixXd build_world(const WorldSource& source, const Table& table, const WorldRequest& request,
                            const CounterfactualOptions& options = {});

/// What the numbers of an objective that asks for these worlds rest on: nothing causal for the factual world alone;
/// else assumed, naming the mechanisms that carry the change to the predictor's features, with their couplings.
Licence world_licence(const WorldSource& source, std::span<const WorldRequest> requests);

/// The rows of a table with every world of the catalogue built. `outcome` is one a row.
PreparedRows prepare_rows(const WorldSource& source, const Table& table, std::vector<double> outcome,
                          std::span<const WorldRequest> requests, const CounterfactualOptions& options = {});

}  // namespace equipoise::inline v0
