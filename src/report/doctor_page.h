// How is what doctor says written: for people, on one screen, and for programs, as
// schemas/doctor.v1.schema.json describes it?
#pragma once

#include "doctor/diagnosis.h"
#include "report/table.h"

#include <string>

namespace sbx {

std::string render_doctor(const Diagnosis& diagnosis, const TableStyle& style);

// Sorted keys, two spaces, ASCII only, a newline at the end: the same diagnosis is the same bytes.
std::string render_doctor_json(const Diagnosis& diagnosis);

} // namespace sbx
