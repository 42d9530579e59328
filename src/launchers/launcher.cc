#include "launchers/launcher.h"

#include <algorithm>
#include <set>

namespace sbx {

std::string_view launcher_kind_name(LauncherKind kind) {
  switch (kind) {
  case LauncherKind::container_runtime:
    return "container runtime";
  case LauncherKind::sandbox_tool:
    return "sandbox tool";
  case LauncherKind::vmm:
    return "vmm";
  case LauncherKind::service_manager:
    return "service manager";
  case LauncherKind::agent_tool:
    return "agent tool";
  case LauncherKind::platform:
    return "platform";
  }
  return {};
}

std::string_view evidence_kind_name(EvidenceKind kind) {
  switch (kind) {
  case EvidenceKind::cgroup:
    return "cgroup";
  case EvidenceKind::ancestry:
    return "ancestry";
  case EvidenceKind::executable:
    return "executable";
  case EvidenceKind::argv:
    return "argv";
  case EvidenceKind::namespaces:
    return "namespaces";
  case EvidenceKind::marker:
    return "marker";
  case EvidenceKind::environment:
    return "environment";
  case EvidenceKind::label:
    return "label";
  case EvidenceKind::descriptors:
    return "descriptors";
  case EvidenceKind::mounts:
    return "mounts";
  case EvidenceKind::filter:
    return "filter";
  case EvidenceKind::threads:
    return "threads";
  }
  return {};
}

std::string_view confidence_name(Confidence confidence) {
  switch (confidence) {
  case Confidence::hint:
    return "hint";
  case Confidence::likely:
    return "likely";
  case Confidence::sure:
    return "sure";
  }
  return {};
}

Confidence confidence_in(const std::vector<LauncherEvidence>& evidence, bool contradicted) {
  std::set<EvidenceKind> kinds;
  bool firm = false;
  for (const LauncherEvidence& it : evidence) {
    kinds.insert(it.kind);
    firm |= !it.forgeable;
  }
  if (kinds.size() < 2)
    return Confidence::hint;
  if (contradicted)
    return firm ? Confidence::likely : Confidence::hint;
  return firm ? Confidence::sure : Confidence::likely;
}

} // namespace sbx
