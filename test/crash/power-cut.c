/* Loaded before the C library. Keeps account of what is surely on the disk: whenever a database file has been synced, its content as of
   then is copied to the folder POWER_CUT_KEEPS. What was written since is what a power cut may take. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

static void give_up(const char *what) {
  perror(what);
  abort();
}

/* Reads by the descriptor it is given: to close another one of the same file would end SQLite's locks on it. */
static void copy_to(int from, const char *path) {
  static char bytes[1 << 16];
  char unfinished[4200];
  snprintf(unfinished, sizeof unfinished, "%s.unfinished", path);
  const int to = open(unfinished, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (to < 0) give_up(unfinished);
  off_t at = 0;
  for (ssize_t got; (got = pread(from, bytes, sizeof bytes, at)) != 0; at += got) {
    if (got < 0 || write(to, bytes, got) != got) give_up(unfinished);
  }
  close(to);
  if (rename(unfinished, path) != 0) give_up(path);
}

static void keep(int fd) {
  const char *folder = getenv("POWER_CUT_KEEPS");
  char link[64], path[4096], kept[4160];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (folder == NULL || length <= 0) return;
  path[length] = 0;
  const char *name = strrchr(path, '/');
  if (name == NULL || (strcmp(name, "/healthsense.db") != 0 && strcmp(name, "/healthsense.db-wal") != 0)) return;
  if ((size_t)snprintf(kept, sizeof kept, "%s%s", folder, name) >= sizeof kept) give_up(folder);
  pthread_mutex_lock(&one_at_a_time);
  copy_to(fd, kept);
  pthread_mutex_unlock(&one_at_a_time);
}

static int sync_by(const char *name, int fd) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
  const int result = real(fd);
  if (result == 0) keep(fd);
  return result;
}

int fsync(int fd) { return sync_by("fsync", fd); }

int fdatasync(int fd) { return sync_by("fdatasync", fd); }
