#include <equipoise/privacy/adjacency.hpp>

#include <string>

#include <catch2/catch.hpp>

using namespace equipoise;

TEST_CASE("a neighbouring relation has a name of its own") {
  CHECK(std::string(adjacency_name(Adjacency::add_or_remove_one)) == "add-or-remove-one");
  CHECK(std::string(adjacency_name(Adjacency::replace_one)) == "replace-one");
}
