// How do findings, warnings and requirements become rows? The same in every page for people.
#pragma once

#include "report/sheet.h"

namespace sbx {

std::vector<std::string> finding_texts(const Finding& finding); // the last one counts its warnings
void draw_warnings(Sheet& sheet, const Finding& finding);       // nothing where there are none
void draw_warnings(Sheet& sheet, const Claims& warnings);       // the claim of that name
void draw_requirements(Sheet& sheet, const Report& report);     // nothing without requirements

} // namespace sbx
