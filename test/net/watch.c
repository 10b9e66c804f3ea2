#include "watch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

atomic_size_t watch_tcp, watch_stray;
char watch_last[WATCH_TEXT];

static int log_fd = -1;

__attribute__((constructor)) static void watch_begin(void)
{
    const char *path = getenv("WATCH_CONNECTS");
    if (path != NULL) log_fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
}

/* Nothing leaves this machine, whatever a guard that is gone lets through; of a test that is linked
 * with this, nothing but 127.0.0.1 is reached. */
static bool is_near(const struct sockaddr *address, const char *text)
{
    if (strcmp(text, "127.0.0.1") == 0) return true;
    return log_fd >= 0 && (strncmp(text, "127.", 4) == 0 ||
                           (address->sa_family == AF_INET6 && strcmp(text, "::1") == 0));
}

static bool note(const struct sockaddr *address)
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
    return is_near(address, text);
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    int type = 0;
    socklen_t size = sizeof type;
    bool internet = address->sa_family == AF_INET || address->sa_family == AF_INET6;
    internet = internet && getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) == 0;
    if (internet && type == SOCK_STREAM && !note(address)) {
        errno = ENETUNREACH;
        return -1;
    }
    return (int)syscall(SYS_connect, fd, address, length);
}
