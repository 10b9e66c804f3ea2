#include <arpa/inet.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "serve/http.h"

enum dl_err dl_http_listen(const char *address, int port, int *ret_fd, struct dl_diag *diag)
{
    struct sockaddr_storage any = {0};
    struct sockaddr_in *v4 = (struct sockaddr_in *)&any;
    struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&any;
    socklen_t size;
    if (inet_pton(AF_INET, address, &v4->sin_addr) == 1) {
        v4->sin_family = AF_INET;
        v4->sin_port = htons((uint16_t)port);
        size = sizeof *v4;
    } else if (inet_pton(AF_INET6, address, &v6->sin6_addr) == 1) {
        v6->sin6_family = AF_INET6;
        v6->sin6_port = htons((uint16_t)port);
        size = sizeof *v6;
    } else {
        return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS, "'%s' is no numeric address", address);
    }
    int fd = socket(any.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), on = 1;
    if (fd < 0) return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "no socket: %s", strerror(errno));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&any, size) == 0 && listen(fd, SOMAXCONN) == 0)
        return *ret_fd = fd, DL_OK;
    int why = errno;
    close(fd);
    return dl_fail(diag, why == EADDRINUSE ? DL_ERR_BUSY : DL_ERR_IO, DL_NO_POS,
                   "cannot listen on %s port %d: %s", address, port, strerror(why));
}
