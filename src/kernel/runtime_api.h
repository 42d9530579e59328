// What does a container runtime answer on its unix socket? Never needed, and never waited for.
#pragma once

#include "core/reading.h"

#include <chrono>
#include <string>
#include <string_view>

namespace sbx {

inline constexpr std::size_t most_api_bytes = 4 << 20;

// The body of the answer to GET `path`, over HTTP on the socket, asked in a child that is ended at
// `deadline`. Only a socket that belongs to root or to us, and at whose other end root or one of ours
// listens, is asked: else EPERM. ETIMEDOUT, EFBIG over the bound, EBADMSG where it is no HTTP or cut off,
// EREMOTEIO where the status is not 200.
Reading ask_runtime(const std::string& socket, const std::string& path,
                    std::chrono::steady_clock::time_point deadline);

// The body of an HTTP answer that was read to its end.
Reading http_body(std::string_view bytes);

} // namespace sbx
