#include "watch.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

atomic_size_t watch_tcp, watch_stray;
char watch_last[WATCH_TEXT];

static int log_fd = -1;
static const volatile char *shift; /* text of the clock's file, mapped */

__attribute__((constructor)) static void watch_begin(void)
{
    const char *path = getenv("WATCH_CONNECTS"), *clock = getenv("WATCH_CLOCK");
    if (path != NULL) log_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    int fd = clock != NULL ? open(clock, O_RDONLY | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *p = mmap(NULL, 32, PROT_READ, MAP_SHARED, fd, 0);
    if (p != MAP_FAILED) shift = p;
    close(fd);
}

static void note(const struct sockaddr *address)
{
    char text[WATCH_TEXT / 2] = "?", line[WATCH_TEXT];
    const struct sockaddr_in *in = (const struct sockaddr_in *)address;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)address;
    if (address->sa_family == AF_INET)
        inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
    else
        inet_ntop(AF_INET6, &in6->sin6_addr, text, sizeof text);
    int n = snprintf(line, sizeof line, "%s %u\n", text, ntohs(in->sin_port));
    watch_tcp++;
    if (strcmp(text, "127.0.0.1") != 0) {
        watch_stray++;
        memcpy(watch_last, line, sizeof line);
    }
    if (log_fd >= 0 && write(log_fd, line, (size_t)n) != n) abort();
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    int type = 0;
    socklen_t size = sizeof type;
    bool internet = address->sa_family == AF_INET || address->sa_family == AF_INET6;
    if (internet && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0 && type == SOCK_STREAM)
        note(address);
    return (int)syscall(SYS_connect, fd, address, length);
}

int clock_gettime(clockid_t id, struct timespec *ret)
{
    int status = (int)syscall(SYS_clock_gettime, id, ret);
    if (shift != NULL && id == CLOCK_REALTIME) {
        char text[32];
        for (size_t i = 0; i < sizeof text - 1; i++)
            text[i] = shift[i];
        text[sizeof text - 1] = '\0';
        ret->tv_sec += strtoll(text, NULL, 10);
    }
    return status;
}
