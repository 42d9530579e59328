#include "report/made_by.h"

namespace sbx {

Claims made_by_json(const MadeBy& made_by) {
  const Claims gap = made_by.gap ? Claims{{"kind", gap_kind_name(made_by.gap->kind)},
                                          {"source", made_by.gap->source},
                                          {"detail", made_by.gap->detail}}
                                 : Claims();
  return {{"launchers", made_by.launchers},
          {"chain", made_by.chain},
          {"role", made_by.role},
          {"notes", made_by.notes},
          {"gap", gap}};
}

} // namespace sbx
