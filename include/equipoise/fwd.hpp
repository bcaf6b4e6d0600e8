// The names of the library's nouns, for headers that only mention them.
#pragma once

namespace equipoise::inline v0 {

class CausalGraph;
class NodeSet;
class Error;
class Scm;
class Table;
struct Column;
struct Estimate;
struct Interval;

}  // namespace equipoise::inline v0
