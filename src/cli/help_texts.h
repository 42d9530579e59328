// What stands below the options in --help?
#pragma once

namespace sbx {

inline constexpr const char* main_footer = R"(Exit status:
  0  every requirement is met, or there was none and the inspection worked; can: yes
  1  a requirement is not met; can: no; seccomp --against, diff: it differs
  2  the command line makes no sense
  3  the target does not exist, ended, or changed while it was inspected
  4  no requirement is unmet, but at least one could not be determined; can: unknown; seccomp: the
     filters could not be read; diff: nothing is weaker, and not all could be told
  5  the output could not be written
  6  the tool could not do its work here: no /proc, not a recording, no file that it can read
run ends with the status of its command, 128+N where signal N killed it, and with 1 or 4 where it killed it
itself, because what is required is not met or not known.

Nothing is stopped, traced or changed in the target, unless --ptrace asks for it, and no packet is sent, unless
--probe does; run and trace watch what they are given. See sbx-attest(1).)";

inline constexpr const char* doctor_footer =
    R"(Everything is tried in children of its own that end at once; nothing is left behind. Where bubblewrap is installed it is
started with the flags that codex, srt and boxlite use, on a program that does nothing. Who refused is said where a second
experiment shows it; else it is unknown, with those who may have.

Exit status: 0 all that is required works, or nothing was required; 1 something does not; 4 something is not known.)";

inline constexpr const char* can_footer = R"(Questions:
  read|write|execute|list|create|remove|truncate PATH    an absolute path, as the target sees it
  connect tcp:PORT|tcp:ADDRESS:PORT|udp:PORT|unix:/PATH|unix:@NAME
  bind    tcp:PORT|udp:PORT
  ptrace|signal PID

Examples:
  sbx-attest can 4242 read /etc/shadow
  sbx-attest can 4242 connect tcp:10.0.0.1:443 -o json
  sbx-attest can 4242 ptrace 1

Answered from what the kernel holds of each layer, never by trying. Exit status: 0 yes, 1 no, 4 unknown;
2, 3, 5 and 6 as for the other commands.)";

inline constexpr const char* run_footer =
    R"(The command is watched by BPF from its first instruction on, with all that it starts. When its sandbox is
up, the process in it is stopped, inspected, and let go if every --require is met; else all is killed.

Examples:
  sbx-attest run -- bwrap --ro-bind / / --unshare-all ls
  sbx-attest run --require seccomp --require landlock=3+ --report agent.json -- ./start-agent

Exit status: that of the command, 128+N where signal N killed it; 1 a requirement is not met, or nothing
was held; 4 a requirement could not be determined; 6 the command was not run.)";

} // namespace sbx
