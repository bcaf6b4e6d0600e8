#include <equipoise/scm/contrast.hpp>

#include <catch2/catch.hpp>

using namespace equipoise;

namespace {

Table people() {
  return Table({{"race", ColumnType::categorical, {"a", "b", "c"}, {0, 1, 2, 0, 1}},
                {"sex", ColumnType::binary, {"f", "m"}, {0, 1, 1, 1, 1}},
                {"age", ColumnType::integer, {}, {30, 40, 30, 50, 30}}});
}

}  // namespace

TEST_CASE("a group of several contrasts has every one of its values", "[contrast]") {
  const std::vector<ValueContrast> both{{"race", "b", "a"}, {"sex", "m", "f"}};
  CHECK(groups_of(people(), both) ==
        std::vector<Group>{Group::baseline, Group::compared, Group::other, Group::other, Group::compared});
  CHECK(group_text(both, Group::compared) == "race=b, sex=m");
  const std::vector<ValueContrast> number{{"age", "40", "30"}};
  CHECK(groups_of(people(), number) ==
        std::vector<Group>{Group::baseline, Group::compared, Group::baseline, Group::other, Group::baseline});
}

TEST_CASE("a contrast that is none is refused", "[contrast]") {
  const auto refused = [](std::vector<ValueContrast> contrasts) { groups_of(people(), contrasts); };
  CHECK_THROWS_AS(refused({{"race", "a", "a"}}), Error);
  CHECK_THROWS_AS(refused({{"race", "b", "a"}, {"race", "c", "a"}}), Error);
  CHECK_THROWS_WITH(refused({{"race", "d", "a"}}), Catch::Contains("no level 'd'"));
  CHECK_THROWS_WITH(refused({{"rce", "b", "a"}}), Catch::Contains("did you mean 'race'?"));
}

TEST_CASE("an outcome is a number, or 1 where it is the value that counts", "[contrast]") {
  CHECK(outcome_values(people(), "age", "").values == std::vector<double>{30, 40, 30, 50, 30});
  CHECK_FALSE(outcome_values(people(), "age", "").is_binary);
  CHECK(outcome_values(people(), "race", "b").values == std::vector<double>{0, 1, 0, 0, 1});
  CHECK(outcome_values(people(), "race", "b").is_binary);
  CHECK(outcome_values(people(), "sex", "").is_binary);
  CHECK_THROWS_WITH(outcome_values(people(), "race", ""), Catch::Contains("race=a"));
}
