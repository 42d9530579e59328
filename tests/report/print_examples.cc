// What does the tool write? Every example report and the schema, for a validator that is not ours.
#include "report/example_reports.h"
#include "report/json.h"
#include "report/schema.h"

#include <iostream>

int main() {
  std::cout << sbx::schemas().front().text; // the report
  for (const sbx::Report& report : {sbx::examples::observed(), sbx::examples::unprivileged(),
                                    sbx::examples::hostile(), sbx::examples::launched()})
    std::cout << '\x1e' << sbx::render_json(report); // RFC 7464 record separator
}
