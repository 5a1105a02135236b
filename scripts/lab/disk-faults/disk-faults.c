/* A disk that is slow, broken or full, for the files of one process. Preload it:
 *
 *   DISK_FAULTS_MATCH    part of the paths it is about
 *   DISK_FAULTS_CONTROL  a file of six 64-bit integers that may be changed while the process runs:
 *     0  how long every sync takes longer, microseconds
 *     1  the first sync to fail with EIO, counted from 1; 0: none      2  the last one to fail
 *     3  errno every write fails with; 0: none
 *     4  syncs seen so far      5  writes seen so far
 *
 * SQLite calls fsync or fdatasync, and pwrite64 for everything it writes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

enum { DELAY_US, FAIL_FROM, FAIL_UNTIL, WRITE_ERRNO, SYNCS, WRITES, FIELDS };
static volatile int64_t *control;
static const char *match;

__attribute__((constructor)) static void load(void) {
  const char *path = getenv("DISK_FAULTS_CONTROL");
  match = getenv("DISK_FAULTS_MATCH");
  int fd = path && match ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *map = mmap(NULL, FIELDS * sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (map != MAP_FAILED) control = map;
}

static int concerns(int fd) {
  char link[40], path[4096];
  if (!control) return 0;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return strstr(path, match) != NULL;
}

static int sync_with(const char *name, int fd) {
  int (*real)(int) = dlsym(RTLD_NEXT, name);
  if (concerns(fd)) {
    int64_t nth = __sync_add_and_fetch(&control[SYNCS], 1), delay = control[DELAY_US];
    if (delay > 0) {
      struct timespec wait = {delay / 1000000, delay % 1000000 * 1000};
      nanosleep(&wait, NULL);
    }
    if (control[FAIL_FROM] > 0 && nth >= control[FAIL_FROM] && nth <= control[FAIL_UNTIL]) return errno = EIO, -1;
  }
  return real(fd);
}
int fsync(int fd) { return sync_with("fsync", fd); }
int fdatasync(int fd) { return sync_with("fdatasync", fd); }

static int refuses(int fd) {
  if (!concerns(fd)) return 0;
  __sync_add_and_fetch(&control[WRITES], 1);
  return control[WRITE_ERRNO] ? errno = (int)control[WRITE_ERRNO], 1 : 0;
}
#define WRITE(name, offset) \
  ssize_t name(int fd, const void *data, size_t size, offset at) { \
    static ssize_t (*real)(int, const void *, size_t, offset); \
    if (!real) real = dlsym(RTLD_NEXT, #name); \
    return refuses(fd) ? -1 : real(fd, data, size, at); \
  }
WRITE(pwrite, off_t)
WRITE(pwrite64, off64_t)
