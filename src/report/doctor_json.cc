#include "report/doctor_page.h"

namespace sbx {

namespace {

using Json = nlohmann::json;

Json text_or_null(const std::string& text) { return text.empty() ? Json(nullptr) : Json(text); }

Json refuser_json(const Refuser& refuser) {
  return {{"cause", cause_name(refuser.cause)}, {"detail", refuser.words}};
}

Json ability_json(const Ability& ability) {
  Json also = Json::array();
  for (const Refuser& refuser : ability.also)
    also.push_back(refuser_json(refuser));
  return {{"id", ability.id},
          {"title", ability.title},
          {"outcome", outcome_name(ability.outcome)},
          {"detail", text_or_null(ability.detail)},
          {"step", text_or_null(ability.step)},
          {"errno", ability.error ? Json(*ability.error) : Json(nullptr)},
          {"refused_by", ability.refuser ? refuser_json(*ability.refuser) : Json(nullptr)},
          {"also", also},
          {"candidates", ability.candidates},
          {"remedy", text_or_null(ability.remedy)},
          {"claims", ability.claims}};
}

Json launcher_json(const LauncherVerdict& launcher) {
  Json losses = Json::array(), runs = Json::array();
  for (const Loss& loss : launcher.losses)
    losses.push_back(
        {{"what", loss.what}, {"because", loss.because}, {"certain", loss.outcome == TrialOutcome::refused}});
  for (const LauncherRun& run : launcher.runs)
    runs.push_back({{"id", run.id}, {"flags", run.flags}, {"result", run.result}, {"said", run.said}});
  return {{"id", launcher.id},
          {"title", launcher.title},
          {"kind", launcher.kind},
          {"engages", engages_name(launcher.engages)},
          {"program", launcher.program ? Json(*launcher.program) : Json(nullptr)},
          {"needs_program", launcher.needs_program},
          {"losses", losses},
          {"because", launcher.because},
          {"blocked_by", launcher.blocked_by},
          {"runs", runs}};
}

std::string_view met_word(TrialOutcome outcome) {
  switch (outcome) {
  case TrialOutcome::works:
    return "met";
  case TrialOutcome::refused:
    return "unmet";
  case TrialOutcome::unknown:
    return "unknown";
  }
  return "unknown";
}

Json id_or_null(const std::optional<LauncherVerdict>& launcher) {
  return launcher ? Json(launcher->id) : Json(nullptr);
}

} // namespace

std::string render_doctor_json(const Diagnosis& diagnosis) {
  Json abilities = Json::array(), launchers = Json::array(), requirements = Json::array();
  for (const Ability& ability : diagnosis.abilities)
    abilities.push_back(ability_json(ability));
  for (const LauncherVerdict& launcher : diagnosis.launchers)
    launchers.push_back(launcher_json(launcher));
  for (const DoctorAnswer& answer : diagnosis.requirements)
    requirements.push_back({{"requirement", answer.requirement}, {"result", met_word(answer.outcome)}});
  const int status = doctor_status(diagnosis.requirements);
  const Json verdict = diagnosis.requirements.empty() ? Json(nullptr)
                       : status == 0                  ? Json("met")
                       : status == 1                  ? Json("unmet")
                                                      : Json("unknown");
  const Json document{
      {"schema", "sbx-attest/doctor/v1"},
      {"tool", {{"name", "sbx-attest"}, {"version", diagnosis.tool_version}}},
      {"process", diagnosis.process},
      {"surroundings", diagnosis.surroundings},
      {"abilities", abilities},
      {"launchers", launchers},
      {"best", {{"of_all", id_or_null(diagnosis.best)}, {"installed", id_or_null(diagnosis.best_installed)}}},
      {"requirements", requirements},
      {"verdict", verdict}};
  return document.dump(2, ' ', true, Json::error_handler_t::replace) + "\n";
}

} // namespace sbx
