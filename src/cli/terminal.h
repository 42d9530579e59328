// What can the terminal show, and did everything reach it?
#pragma once

#include "core/error.h"
#include "report/table.h"

#include <string_view>

namespace sbx {

enum class ColourChoice { automatic, always, never };

// Colour on a terminal only, unless --color says otherwise; NO_COLOR (non-empty) and TERM=dumb turn it off.
// UTF-8 by the locale (LC_ALL, LC_CTYPE, LANG), unless `ascii`. The width of the terminal, or COLUMNS, or 80.
TableStyle table_style(ColourChoice colour, bool ascii);

// All of it, to standard output; an Error when the output is full or closed.
Result<void> print(std::string_view text);

// One line to standard error.
void complain(std::string_view text);

} // namespace sbx
