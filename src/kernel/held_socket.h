// What can be asked of a socket without touching what goes through it? Nothing is read, written, connected or
// changed. See parse/held_sockets.h for the words.
#pragma once

#include <map>
#include <string>
#include <sys/types.h>
#include <tl/expected.hpp>

namespace sbx {

// Of processes at the other end of unix sockets; each is looked at once.
class PeerWords {
public:
  explicit PeerWords(int proc) : proc_(proc) {}
  const std::string& of(pid_t pid); // "peer_comm=... peer_net=... peer_mnt=..."

private:
  int proc_;
  std::map<pid_t, std::string> known_;
};

// The inode that the link `kind` of a directory /proc/PID/ns names, or an errno.
tl::expected<unsigned long long, int> ns_inode(int dir, const std::string& path, const char* kind);

std::string cookie_word(int socket); // of its network namespace
std::string socket_words(int socket, PeerWords& peers);

} // namespace sbx
