#include <sys/epoll.h>
#include <sys/socket.h>

// Declared here because glibc shows it under _GNU_SOURCE only.
int accept4(int socket, struct sockaddr *address, socklen_t *length, int flags);
