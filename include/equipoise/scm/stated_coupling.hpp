// A model whose couplings are left open, with one stated.
//
// Not in equipoise.hpp, for its time to compile: include it by name.
#pragma once

#include <utility>
#include <vector>

#include <equipoise/scm/logistic_mechanism.hpp>
#include <equipoise/scm/ordinal_mechanism.hpp>
#include <equipoise/scm/scm.hpp>
#include <equipoise/scm/table_mechanism.hpp>

namespace equipoise::inline v0 {

/// The same model, with this coupling for every table, logistic and ordinal mechanism that states none. What is seen
/// and what an intervention does stay as they are; what would have been follows the coupling, and is assumed with it.
inline Scm with_coupling(const Scm& model, Coupling coupling) {
  std::vector<Scm::Replacement> stated;
  const auto state = [&]<class Kernel>(Node v, const CoupledDiscrete<Kernel>* mechanism) {
    if (mechanism == nullptr || mechanism->coupling() != Coupling::unstated) return;
    const auto inputs = model.inputs(v);
    stated.push_back({v,
                      CoupledDiscrete<Kernel>(mechanism->kernel(), coupling),
                      {inputs.begin(), inputs.end()},
                      model.draws_apart(v)});
  };
  for (Node v = 0; v < model.size(); ++v) {
    state(v, model.mechanism(v).get_if<TableMechanism>());
    state(v, model.mechanism(v).get_if<LogisticMechanism>());
    state(v, model.mechanism(v).get_if<OrdinalMechanism>());
  }
  return model.with_mechanisms(model.graph(), std::move(stated));
}

}  // namespace equipoise::inline v0
