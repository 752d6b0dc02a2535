#include <malloc.h>
#include <sys/epoll.h>

// accept4(2), which glibc shows under _GNU_SOURCE only. <sys/socket.h> is left to the Glibc module, hence the void
// and the unsigned for sockaddr and socklen_t.
int CLinux_accept4(int socket, void *address, unsigned *length, int flags) __asm__("accept4");

// renameat2(2) and its flag to exchange two entries, likewise.
int CLinux_renameat2(
    int oldFolder, const char *oldPath, int newFolder, const char *newPath, unsigned flags) __asm__("renameat2");
enum { CLinux_RENAME_EXCHANGE = 1 << 1 };
