// bomb NUMBER: starts NUMBER processes that end at once, a hundred of them at a time, and waits for all.
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **args) {
  if (count != 2)
    return fputs("usage: bomb NUMBER\n", stderr), 2;
  int left = atoi(args[1]), alive = 0;
  while (left > 0 || alive > 0) {
    while (left > 0 && alive < 100) {
      const pid_t child = fork();
      if (child < 0)
        return perror("bomb: fork"), 1;
      if (child == 0)
        _exit(0);
      --left, ++alive;
    }
    if (wait(NULL) > 0)
      --alive;
  }
  return 0;
}
