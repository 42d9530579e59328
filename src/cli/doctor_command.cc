#include "cli/command.h"
#include "cli/live_target.h"
#include "doctor/diagnosis.h"
#include "kernel/recording.h"
#include "report/doctor_page.h"

namespace sbx {

Result<int> doctor_command(const Options& options) {
  const auto requirements = doctor_requirements(options.clauses); // before anything is tried
  if (!requirements)
    return tl::unexpected<Error>(requirements.error());
  const auto only =
      options.launchers.empty() ? Result<std::vector<std::string>>() : launcher_names(options.launchers);
  if (!only)
    return tl::unexpected<Error>(only.error());
  return with_target(options, std::nullopt, [&](Witness& witness) -> Result<int> {
    Diagnosis diagnosis = diagnose(gather_scene(witness), *requirements, *only);
    diagnosis.tool_version = SBX_VERSION;
    if (!options.directory.empty())
      if (auto saved = save_recording(witness.evidence(), options.directory, SBX_VERSION); !saved)
        return tl::unexpected<Error>(saved.error());
    const std::string text = options.format == Format::json
                                 ? render_doctor_json(diagnosis)
                                 : render_doctor(diagnosis, table_style(options.colour, options.ascii));
    if (auto printed = print(text); !printed)
      return tl::unexpected<Error>(printed.error());
    return doctor_status(diagnosis.requirements);
  });
}

} // namespace sbx
