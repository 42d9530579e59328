// What did libbpf say? While one of these lives, its messages on this thread are kept instead of printed.
#pragma once

#include <bpf/libbpf.h>
#include <string>

namespace sbx {

class LibbpfLog {
public:
  LibbpfLog();
  LibbpfLog(const LibbpfLog&) = delete;
  LibbpfLog& operator=(const LibbpfLog&) = delete;
  ~LibbpfLog();

  std::string summary() const; // the lines that name the reason, on one line; bounded

private:
  std::string text_;
  std::string* outer_;
  libbpf_print_fn_t printer_;
};

} // namespace sbx
