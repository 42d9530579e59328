// What can the terminal show, and did everything reach it?
#pragma once

#include "core/error.h"
#include "report/table.h"

#include <string_view>

namespace sbx {

enum class ColourChoice { automatic, always, never };

// Colour on a terminal only, unless --color says otherwise; NO_COLOR (non-empty) and TERM=dumb turn it off.
// UTF-8 by the locale (LC_ALL, LC_CTYPE, LANG), unless `ascii`. The width of the terminal, or COLUMNS, or 80.
// Of standard output, or of standard error where the output goes there.
enum class Output { standard, error };
TableStyle table_style(ColourChoice colour, bool ascii, Output to = Output::standard);

// All of it; an Error when the output is full or closed.
Result<void> print(std::string_view text, Output to = Output::standard);

// One line to standard error.
void complain(std::string_view text);

} // namespace sbx
