/*
 * Crashes, and has Crashpad's handler make and send a report about it, as programs do that start the handler only when
 * they crash (CrashpadClient::StartHandlerAtCrash). Its arguments are the command line of the handler.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Crashpad's ExceptionInformation: the handler reads it from the memory of this process. */
static struct __attribute__((packed)) {
  uint64_t siginfo;
  uint64_t context;
  int32_t thread;
} crash;

static char *handler[32];

static void on_crash(int number, siginfo_t *info, void *context) {
  int status;
  crash.siginfo = (uintptr_t)info;
  crash.context = (uintptr_t)context;
  crash.thread = gettid();
  pid_t child = fork();
  if (child == 0) {
    execv(handler[0], handler);
    _exit(127);
  }
  prctl(PR_SET_PTRACER, child, 0, 0, 0);
  waitpid(child, &status, 0);
  _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

int main(int count, char **arguments) {
  static char where[64];
  struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO};
  if (count < 2 || count > 30) return 2;
  for (int index = 1; index < count; index += 1) handler[index - 1] = arguments[index];
  snprintf(where, sizeof where, "--trace-parent-with-exception=%llu",
           (unsigned long long)(uintptr_t)&crash);
  handler[count - 1] = where;
  sigaction(SIGSEGV, &action, NULL);
  *(volatile int *)0 = 1;
  return 0;
}
