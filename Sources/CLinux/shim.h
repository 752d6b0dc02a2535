#include <malloc.h>
#include <sys/epoll.h>

// accept4(2), which glibc shows under _GNU_SOURCE only. <sys/socket.h> is left to the Glibc module, hence the void
// and the unsigned for sockaddr and socklen_t.
int CLinux_accept4(int socket, void *address, unsigned *length, int flags) __asm__("accept4");
