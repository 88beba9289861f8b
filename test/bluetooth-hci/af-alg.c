// Preloaded under btvirt where the kernel has no AF_ALG: sockets that take every key and answer with zeros. The emulator needs them
// only for pairing, which these tests do without.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>

#define MOST_SOCKETS 1024

static int stand_in[MOST_SOCKETS];

static int is_stand_in(int fd) { return fd >= 0 && fd < MOST_SOCKETS && stand_in[fd]; }

int socket(int family, int type, int protocol) {
  int (*next)(int, int, int) = dlsym(RTLD_NEXT, "socket");
  const int fd = family == AF_ALG ? open("/dev/zero", O_RDWR | O_CLOEXEC) : next(family, type, protocol);
  if (fd >= 0 && fd < MOST_SOCKETS) stand_in[fd] = family == AF_ALG;
  return fd;
}

int bind(int fd, const struct sockaddr *address, socklen_t size) {
  int (*next)(int, const struct sockaddr *, socklen_t) = dlsym(RTLD_NEXT, "bind");
  return is_stand_in(fd) ? 0 : next(fd, address, size);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size) {
  int (*next)(int, int, int, const void *, socklen_t) = dlsym(RTLD_NEXT, "setsockopt");
  return is_stand_in(fd) ? 0 : next(fd, level, name, value, size);
}

int accept(int fd, struct sockaddr *address, socklen_t *size) {
  int (*next)(int, struct sockaddr *, socklen_t *) = dlsym(RTLD_NEXT, "accept");
  const int accepted = is_stand_in(fd) ? open("/dev/zero", O_RDWR | O_CLOEXEC) : next(fd, address, size);
  if (accepted >= 0 && accepted < MOST_SOCKETS) stand_in[accepted] = is_stand_in(fd);
  return accepted;
}
