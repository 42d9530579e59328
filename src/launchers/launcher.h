// Who made a sandbox, and on what evidence is that said? A name, never a verdict: what a launcher is said to
// do, and whether it was one at all, changes nothing about which layers the kernel enforces.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sbx {

enum class LauncherKind { container_runtime, sandbox_tool, vmm, service_manager, agent_tool, platform };

// Two pieces of evidence of different kinds are independent; two of one kind count as one.
enum class EvidenceKind {
  cgroup,      // the path of a control group
  ancestry,    // a process that the sandbox descends from, by the file that it executes, or else by its name
  executable,  // the file that a process of the sandbox executes
  argv,        // words that a process was started with
  namespaces,  // which namespaces the sandbox has of its own
  marker,      // files in the root of the sandbox
  environment, // variables of the sandbox
  label,       // of an LSM, or those that the runtime's API tells of the container
  descriptors, // of KVM
  mounts,      // what the mount table shows of how it was made
  filter,      // which known seccomp profile it has
  threads      // names of threads
};

struct LauncherEvidence {
  EvidenceKind kind = EvidenceKind::ancestry;
  bool forgeable = true; // the target, or the user who started it, could make it look so
  std::string words;     // for a sentence, escaped
};

enum class Confidence {
  hint,   // one kind of evidence
  likely, // two
  sure    // two, and one is out of the target's reach
};

struct Launcher {
  std::string id, name; // "docker", "Docker"
  LauncherKind kind = LauncherKind::sandbox_tool;
  Confidence confidence = Confidence::hint;
  std::vector<LauncherEvidence> evidence;
  std::vector<std::string> against; // what contradicts it, in words, escaped; it costs a step of confidence
  std::int64_t pid = 0;             // the process that launched; 0: none is left, or it is not shown
  std::string instance;             // container, unit, pod or machine: raw bytes, at most 255
};

std::string_view launcher_kind_name(LauncherKind kind);
std::string_view evidence_kind_name(EvidenceKind kind);
std::string_view confidence_name(Confidence confidence);

Confidence confidence_in(const std::vector<LauncherEvidence>& evidence, bool contradicted);

} // namespace sbx
