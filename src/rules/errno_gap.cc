#include "rules/errno_gap.h"

#include "core/errno_name.h"
#include "core/escape.h"

#include <cerrno>

namespace sbx {

namespace {

std::string_view meaning(GapKind kind) {
  switch (kind) {
  case GapKind::denied:
    return "permission refused";
  case GapKind::unsupported:
    return "this kernel does not offer it";
  case GapKind::vanished:
    return "it went away while we looked";
  case GapKind::malformed:
    return "the answer makes no sense";
  case GapKind::not_attempted:
    return "it was not asked";
  }
  return "";
}

} // namespace

GapKind gap_kind_of(Source source, int error, bool filtered) {
  switch (error) {
  case EACCES:
  case EPERM:
  case EXDEV: // something is mounted over it, and that is not believed
  case ELOOP: // a link stands where none belongs
    return GapKind::denied;
  case ENOSYS:
  case EOPNOTSUPP:
    return filtered ? GapKind::denied : GapKind::unsupported;
  case ENOENT: // the file system may hide it, or it went with its process
    if (source == source::target_landlock || source == source::peer_landlock ||
        source == source::target_seccomp)
      return GapKind::unsupported; // no file of the target's: the kernel has no BTF
    [[fallthrough]];
  case ESRCH:
    return source.name.starts_with("target/") || source.name.starts_with("peer/") ? GapKind::vanished
                                                                                  : GapKind::unsupported;
  case EBADMSG:
  case EIO:
  case EFAULT: // kernel memory was not where the kernel's types say
    return GapKind::malformed;
  case ENODATA:   // not in the recording
  case ETIMEDOUT: // over our deadline
  case EFBIG:     // over our bounds
  case ENOBUFS:
  case ENOMEM:
  case EMFILE:
  case ENFILE:
    return GapKind::not_attempted;
  default: // what the kernel answers to a question it does not know (EINVAL, E2BIG, ENXIO, ENOTTY ...)
    return GapKind::unsupported;
  }
}

Gap gap_of(Source source, const Refusal& refusal, bool filtered) {
  const GapKind kind = gap_kind_of(source, refusal.error, filtered);
  std::string detail = refusal.detail.empty() ? std::string(meaning(kind)) : escaped(refusal.detail, 1024);
  return Gap{kind, std::string(source.name), detail + " (" + errno_name(refusal.error) + ")"};
}

} // namespace sbx
