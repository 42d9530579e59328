#include "probes/landlock_openings.h"

#include <catch2/catch.hpp>

using namespace sbx;

namespace {

constexpr std::uint64_t all = 0xffff, read_only = 0xd;

struct Scene {
  LandlockDomain domain;
  std::vector<LandlockPlace> places;
  Scene& layer(std::uint64_t fs, std::uint64_t net = 0, std::uint64_t scoped = 0) {
    LandlockLayer it;
    it.fs = fs;
    it.net = net;
    it.scoped = scoped;
    domain.layers.push_back(it);
    return *this;
  }
  Scene& rule(const std::string& path, std::vector<LandlockGrant> grants,
              PlaceStatus status = PlaceStatus::live) {
    LandlockRule it;
    it.inode = LandlockInode{};
    it.grants = std::move(grants);
    domain.rule_list.push_back(it);
    places.push_back({status, path, {}, ""});
    return *this;
  }
  LandlockOpenings openings() const { return {domain, places, 7}; }
};

} // namespace

TEST_CASE("landlock_openings: what one layer grants and the other does not is closed") {
  Scene scene;
  scene.layer(all).layer(all).rule("/srv", {{1, all}, {2, read_only}}).rule("/srv/job", {{2, all}});
  const auto openings = scene.openings();
  CHECK((openings.below("/srv/x") & all) == read_only);
  CHECK((openings.below("/srv/job") & all) == all);
  CHECK((openings.below("/srv/job/deep/er") & all) == all);
  CHECK((openings.below("/srv/jobs") & all) == read_only);
  CHECK((openings.below("/") & all) == 0);
}

TEST_CASE("landlock_openings: a right that no layer handles is open everywhere") {
  CHECK((Scene().layer(read_only).openings().below("/etc") & 2) == 2);
}

TEST_CASE("landlock_openings: a rule whose file is gone opens nothing") {
  Scene scene;
  scene.layer(all).rule("/", {{1, all}}, PlaceStatus::replaced);
  CHECK((scene.openings().below("/etc") & all) == 0);
  CHECK_FALSE(restricts_nothing(scene.openings()).nothing);
}

TEST_CASE("restricts_nothing: everything below / in every layer, and nothing else handled") {
  CHECK(restricts_nothing(Scene().layer(all).rule("/", {{1, all}}).openings()).nothing);
  const auto but_refer = restricts_nothing(Scene().layer(0xdfff).rule("/", {{1, 0xdfff}}).openings());
  CHECK(but_refer.nothing); // every domain denies refer, handled or not
  CHECK(but_refer.all_but_refer);
  CHECK_FALSE(restricts_nothing(Scene().layer(all).rule("/", {{1, all & ~2u}}).openings()).nothing);
  CHECK_FALSE(restricts_nothing(Scene().layer(all).rule("/srv", {{1, all}}).openings()).nothing);
  CHECK_FALSE(restricts_nothing(Scene().layer(all, 1).rule("/", {{1, all}}).openings()).nothing);
  CHECK_FALSE(restricts_nothing(Scene().layer(all, 0, 1).rule("/", {{1, all}}).openings()).nothing);
}

TEST_CASE("restricts_nothing: one layer of two that restricts is enough, and the idle one is named") {
  const auto it =
      restricts_nothing(Scene().layer(all).layer(all).rule("/", {{1, all}, {2, read_only}}).openings());
  CHECK_FALSE(it.nothing);
  CHECK(it.layers == std::vector<std::size_t>{1});
}
