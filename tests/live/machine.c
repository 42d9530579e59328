// machine CPUS: makes a machine of KVM's with that many virtual CPUs, says "ready", and lets the first run an
// endless loop until its standard input ends. 77: there is no /dev/kvm that opens.
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

static int must(int result, const char* what) {
  if (result < 0) {
    perror(what);
    exit(1);
  }
  return result;
}

static void fill(int machine) {
  unsigned char* memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED)
    exit(1);
  memory[0] = 0xeb; // x86: jump to itself
  memory[1] = 0xfe;
  struct kvm_userspace_memory_region region = {
      .guest_phys_addr = 0x1000, .memory_size = 4096, .userspace_addr = (unsigned long)memory};
  must(ioctl(machine, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
}

static void begin(int cpu) {
#ifdef __x86_64__
  struct kvm_sregs segments;
  must(ioctl(cpu, KVM_GET_SREGS, &segments), "KVM_GET_SREGS");
  segments.cs.base = 0;
  segments.cs.selector = 0;
  must(ioctl(cpu, KVM_SET_SREGS, &segments), "KVM_SET_SREGS");
  struct kvm_regs registers = {.rip = 0x1000, .rflags = 2};
  must(ioctl(cpu, KVM_SET_REGS, &registers), "KVM_SET_REGS");
#else
  (void)cpu; // its state is another one on each architecture: it stays as it was made
#endif
}

int main(int argc, char** argv) {
  const int count = argc == 2 ? atoi(argv[1]) : -1;
  if (count < 0)
    return 2;
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int kvm = open("/dev/kvm", O_RDWR);
  if (kvm < 0)
    return 77;
  const int machine = must(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
  int first = -1;
  for (int i = 0; i < count; ++i) {
    const int cpu = must(ioctl(machine, KVM_CREATE_VCPU, i), "KVM_CREATE_VCPU");
    first = i == 0 ? cpu : first;
  }
  fill(machine);
  printf("ready %d\n", getpid());
  fflush(stdout);
#ifdef __x86_64__
  if (first >= 0) {
    begin(first);
    ioctl(first, KVM_RUN, 0); // until a signal: who started us kills us
  }
#else
  (void)first;
  (void)begin;
#endif
  char byte;
  return read(0, &byte, 1) < 0;
}
