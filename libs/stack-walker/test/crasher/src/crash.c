/* Ways to crash, each below three functions that the compiler keeps. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#define KEPT __attribute__((noinline))

static volatile int depth;

KEPT static int crash_here(const char *kind) {
  if (strcmp(kind, "segv") == 0) *(volatile int *)0x45 = 5;
  if (strcmp(kind, "abort") == 0) abort();
  if (strcmp(kind, "trap") == 0) __builtin_trap();
  if (strcmp(kind, "non-canonical") == 0) *(volatile int *)0x7f45000000000000 = 5;
  return depth;
}

/* Inlined into its caller: symbols tell it nevertheless. */
__attribute__((always_inline)) static inline int inlined_into_middle(const char *kind) { return crash_here(kind) + 1; }

KEPT static int middle(const char *kind) { return inlined_into_middle(kind) + 2; }

KEPT static int recurse(int left) { return left == 0 ? crash_here("segv") : recurse(left - 1) + depth; }

KEPT int crash(const char *kind) {
  if (strcmp(kind, "recursion") == 0) return recurse(1200) + 3;
  return middle(kind) + 3;
}
