// How are the processes of a sandbox drawn? Who they are above the layers, and what each has below them.
#pragma once

#include "report/made_by.h"
#include "report/sandbox.h"
#include "report/sheet.h"

#include <string_view>

namespace sbx {

void draw_sandbox(Sheet& sheet, const Sandbox& sandbox, std::string_view vantage);
void draw_made_by(Sheet& sheet, const MadeBy& made_by);
void draw_members(Sheet& sheet, const Sandbox& sandbox);

} // namespace sbx
