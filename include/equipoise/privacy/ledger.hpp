// The privacy ledger: every touch of private rows, written down once, and what all of them together come to.
//
//     PrivacyLedger ledger;
//     ledger.declare_public("the scaling of the features", "training rows");
//     ledger.record("training causal-03", "training rows", training_event);
//     ledger.record("the error rates of the test rows", "test rows", NonPrivateEvent{"a mean without noise"});
//     ledger.total();  // what an accountant is asked about: everything that is not public
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <equipoise/privacy/event.hpp>

namespace equipoise::inline v0 {

/// One touch of private rows.
struct LedgerEntry {
  std::string what;              ///< what was computed of them, in words
  std::string rows;              ///< which rows: "training rows"
  PrivacyEvent event;            ///< what happened to them
  std::size_t times = 1;         ///< how many such releases, each with noise of its own
  bool declared_public = false;  ///< the user says that these rows, or what was computed, are no secret

  friend bool operator==(const LedgerEntry&, const LedgerEntry&) = default;
};

/// What a release gives away of any one person, and when that holds.
struct PrivacyStatement {
  std::string release;                 ///< what would be published: "one predictor, trained at epsilon 1"
  std::optional<double> epsilon = {};  ///< never below the truth; none where no finite one holds
  double delta = 0;
  std::vector<std::string> conditions = {};  ///< sentences; where there is no epsilon, why

  friend bool operator==(const PrivacyStatement&, const PrivacyStatement&) = default;
};

/// A list of touches in the order in which they happened. Nothing is ever taken out.
class PrivacyLedger {
 public:
  void record(std::string what, std::string rows, PrivacyEvent event, std::size_t times = 1) {
    entries_.push_back({std::move(what), std::move(rows), std::move(event), times, false});
  }

  /// What the user declares public costs nothing, and stands in the ledger all the same.
  void declare_public(std::string what, std::string rows) {
    entries_.push_back({std::move(what), std::move(rows), NonPrivateEvent{"declared public"}, 1, true});
  }

  /// From here on no guarantee holds, whatever the events say: `why` is for people ("noise from a seed").
  void void_guarantee(std::string why) { void_because_.push_back(std::move(why)); }

  const std::vector<LedgerEntry>& entries() const noexcept { return entries_; }
  const std::vector<std::string>& void_because() const noexcept { return void_because_; }

  /// Every entry that is not public, composed, as though one person stood in all the rows that they name.
  PrivacyEvent total() const {
    ComposedEvent all;
    for (const LedgerEntry& entry : entries_)
      if (!entry.declared_public)
        all.parts.push_back(RepeatedEvent{static_cast<std::int64_t>(entry.times), entry.event});
    return all;
  }

  friend bool operator==(const PrivacyLedger&, const PrivacyLedger&) = default;

 private:
  std::vector<LedgerEntry> entries_;
  std::vector<std::string> void_because_;
};

}  // namespace equipoise::inline v0
