// The model that a verb reads, with the couplings that its user states for it.
#pragma once

#include <equipoise/scm/scm_file.hpp>
#include <equipoise/scm/stated_coupling.hpp>

#include "cli/verb.hpp"

namespace equipoise::cli {

inline Option coupling_option() {
  return {.name = "--coupling",
          .value = "COUPLING",
          .help = "of mechanisms that state none: how one unit's luck carries over to another world",
          .choices = {"gumbel-max", "inverse-cdf", "independent"}};
}

/// The model of --scm, with --coupling where it is given. Throws as read_scm does.
inline Scm read_model(const Arguments& arguments) {
  Scm model = read_scm(arguments.text("--scm"));
  const auto coupling = arguments.find("--coupling");
  return coupling ? with_coupling(model, *coupling_from(*coupling)) : model;
}

}  // namespace equipoise::cli
