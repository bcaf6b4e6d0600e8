// Why two groups' outcomes differ: the total variation as a direct, an indirect and a spurious part.
#pragma once

#include <string>

#include <equipoise/core/interval.hpp>
#include <equipoise/identify/licence.hpp>

namespace equipoise::inline v0 {

/// A causal number with its interval and how it is known.
struct LicensedEstimate {
  Estimate estimate;
  Licence licence;
  friend bool operator==(const LicensedEstimate&, const LicensedEstimate&) = default;
};

/// The decomposition of E[Y | x1] - E[Y | x0] (Zhang, Bareinboim 2018): tv = ctf_de - ctf_ie - ctf_se.
/// The contributions of the three mechanisms to the gap are thus ctf_de, -ctf_ie and -ctf_se.
struct Decomposition {
  std::string protected_attribute;  ///< X
  std::string baseline;             ///< x0, the group compared with
  std::string compared;             ///< x1
  std::string outcome;              ///< Y, as "admit=Admitted", or a column's name where its mean is meant
  LicensedEstimate tv;              ///< E[Y | x1] - E[Y | x0], an observed difference
  LicensedEstimate ctf_de;          ///< E[Y_{x1, W_x0} - Y_{x0} | x0]
  LicensedEstimate ctf_ie;          ///< E[Y_{x1, W_x0} - Y_{x1} | x0]
  LicensedEstimate ctf_se;          ///< E[Y_{x1} | x0] - E[Y | x1]
  friend bool operator==(const Decomposition&, const Decomposition&) = default;
};

}  // namespace equipoise::inline v0
