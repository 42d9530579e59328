#include "sandbox/process_table.h"

#include "sandbox/machine.h"

using namespace sbx;

namespace {

std::vector<std::int64_t> pids(const std::vector<const Process*>& processes) {
  std::vector<std::int64_t> found;
  for (const Process* it : processes)
    found.push_back(it->pid);
  return found;
}

using Pids = std::vector<std::int64_t>;

} // namespace

TEST_CASE("process_table: parents, children and all below") {
  const auto table = table_of({row(1, 0), row(10, 1), row(11, 10), row(12, 10), row(13, 12), row(20, 1)});
  CHECK(table->find(11)->pid == 11);
  CHECK(table->find(99) == nullptr);
  CHECK(table->parent(*table->find(1)) == nullptr);
  CHECK(table->parent(*table->find(13))->pid == 12);
  CHECK(pids(table->ancestors(*table->find(13))) == Pids{12, 10, 1});
  CHECK(pids(table->children(10)) == Pids{11, 12});
  CHECK(table->children(13).empty());
  CHECK(pids(table->descendants(10)) == Pids{11, 12, 13});
  CHECK(pids(table->descendants(99)).empty());
  CHECK(table->settled());
}

TEST_CASE("process_table: numbers that form a ring, as in a reading that is no snapshot, end") {
  const auto table = table_of({row(10, 12), row(11, 10), row(12, 11), row(20, 20)});
  CHECK(pids(table->ancestors(*table->find(10))) == Pids{12, 11});
  CHECK(pids(table->descendants(11)) == Pids{12, 10});
  CHECK(table->ancestors(*table->find(20)).empty());
  CHECK(table->descendants(20).empty());
}

TEST_CASE("process_table: a process that was not seen has no parent, and one that ended is none") {
  const auto table = table_of({row(10, 1), row(11, 10).hidden(), row(12, 99)});
  CHECK(table->parent(*table->find(11)) == nullptr);
  CHECK(table->parent(*table->find(12)) == nullptr);
  CHECK(table->children(10).empty());
}

TEST_CASE("process_table: a listing that was cut, or that processes outran, is not settled") {
  CHECK_FALSE(table_of({row(1, 0)}, "moving")->settled());
  CHECK_FALSE(table_of({row(1, 0)}, "cut")->settled());
}
