// The smallest test harness that names what failed: tests register themselves, checks go on after a failure, main returns the count.
#pragma once

#include <cmath>
#include <cstdio>
#include <vector>

namespace check {

struct Test {
  const char* name;
  void (*run)();
};

inline std::vector<Test>& tests() {
  static std::vector<Test> all;
  return all;
}

inline int& failures() {
  static int count = 0;
  return count;
}

inline long& checks() {
  static long count = 0;
  return count;
}

struct Registered {
  Registered(const char* name, void (*run)()) { tests().push_back({name, run}); }
};

inline bool that(bool holds, const char* what, const char* file, int line) {
  checks() += 1;
  if (!holds) {
    failures() += 1;
    std::printf("  %s:%d: not so: %s\n", file, line, what);
  }
  return holds;
}

inline bool near(double actual, double expected, double within, const char* what, const char* file, int line) {
  const bool holds = std::fabs(actual - expected) <= within;
  that(holds, what, file, line);
  if (!holds) std::printf("    is %.6g, expected %.6g within %.6g\n", actual, expected, within);
  return holds;
}

inline int runAll() {
  for (const Test& test : tests()) {
    const int before = failures();
    test.run();
    std::printf("%s %s\n", failures() == before ? "ok  " : "FAIL", test.name);
  }
  std::printf("%zu tests, %ld checks, %d failures\n", tests().size(), checks(), failures());
  return failures() == 0 && checks() > 0 ? 0 : 1;
}

}  // namespace check

#define CHECK_JOIN_(a, b) a##b
#define CHECK_JOIN(a, b) CHECK_JOIN_(a, b)
/** A test, named by the rule it states. */
#define RULE(name)                                                                                  \
  static void CHECK_JOIN(rule, __LINE__)();                                                         \
  static const check::Registered CHECK_JOIN(registered, __LINE__){name, CHECK_JOIN(rule, __LINE__)}; \
  static void CHECK_JOIN(rule, __LINE__)()
#define CHECK(condition) check::that((condition), #condition, __FILE__, __LINE__)
#define CHECK_NEAR(actual, expected, within) check::near((actual), (expected), (within), #actual, __FILE__, __LINE__)
