#include "base/io.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_FOLDER_DEPTH = 64, READ_STEP = 256 << 10 };

enum dl_err dl_io_read_fd(int fd, size_t max, dl_buf *out, struct dl_diag *diag)
{
    for (;;) {
        size_t step = READ_STEP;
        if (step > max + 1 - out->n) step = max + 1 - out->n;
        if (out->max < max + 1) out->max = max + 1;
        if (dl_buf_reserve(out, step) != DL_OK)
            return dl_fail(diag, dl_buf_failed(out), DL_NO_POS, "no memory for the input");
        ssize_t got = read(fd, out->p + out->n, step);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return dl_fail(diag, DL_ERR_IO, out->n, "cannot read: %s", strerror(errno));
        if (got == 0) return DL_OK;
        out->n += (size_t)got;
        out->p[out->n] = '\0';
        if (out->n > max)
            return dl_fail(diag, DL_ERR_TOO_BIG, max, "larger than the limit of %zu bytes", max);
    }
}

enum dl_err dl_io_read_file(const char *path, size_t max, dl_buf *out, struct dl_diag *diag)
{
    if (strcmp(path, "-") == 0) return dl_io_read_fd(STDIN_FILENO, max, out, diag);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
        enum dl_err err = errno == ENOENT ? DL_ERR_NOT_FOUND : DL_ERR_IO;
        return dl_fail(diag, err, DL_NO_POS, "cannot open it: %s", strerror(errno));
    }
    struct stat st;
    enum dl_err err = DL_OK;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size > max)
        err = dl_fail(diag, DL_ERR_TOO_BIG, max, "larger than the limit of %zu bytes", max);
    else if (S_ISDIR(st.st_mode))
        err = dl_fail(diag, DL_ERR_UNSUPPORTED, DL_NO_POS, "it is a folder");
    if (err == DL_OK) err = dl_io_read_fd(fd, max, out, diag);
    close(fd);
    return err;
}

enum dl_err dl_io_write_fd(int fd, const void *p, size_t n)
{
    const char *at = p;
    while (n > 0) {
        ssize_t put = write(fd, at, n);
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) return DL_ERR_IO;
        at += put;
        n -= (size_t)put;
    }
    return DL_OK;
}

static enum dl_err sync_folder_of(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash == NULL ? 1 : (int)(slash - path + 1),
             slash == NULL ? "." : path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return DL_ERR_IO;
    int r = fsync(fd);
    close(fd);
    return r == 0 ? DL_OK : DL_ERR_IO;
}

enum dl_err dl_io_replace(const char *written, const char *path, struct dl_diag *diag)
{
    if (rename(written, path) == 0 && sync_folder_of(path) == DL_OK) return DL_OK;
    return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write %s: %s", path, strerror(errno));
}

enum dl_err dl_io_write_file(const char *path, dl_str bytes, struct dl_diag *diag)
{
    char temp[4096];
    if (snprintf(temp, sizeof temp, "%s.part", path) >= (int)sizeof temp)
        return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS, "the path is too long");
    int fd = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0)
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write %s: %s", path, strerror(errno));
    bool good = dl_io_write_fd(fd, bytes.p, bytes.n) == DL_OK && fsync(fd) == 0;
    good = close(fd) == 0 && good;
    if (good && dl_io_replace(temp, path, diag) == DL_OK) return DL_OK;
    int saved = errno;
    unlink(temp);
    return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot write %s: %s", path, strerror(saved));
}

enum dl_err dl_io_make_dirs(const char *path, struct dl_diag *diag)
{
    char part[4096];
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof part)
        return dl_fail(diag, DL_ERR_INVALID, DL_NO_POS, "the path is empty or too long");
    for (size_t i = 1; i <= n; i++) {
        if (path[i] != '/' && path[i] != '\0') continue;
        memcpy(part, path, i);
        part[i] = '\0';
        if (mkdir(part, 0700) != 0 && errno != EEXIST)
            return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot make %s: %s", part, strerror(errno));
    }
    return DL_OK;
}

static int by_bytes(const void *a, const void *b)
{
    return dl_str_cmp(*(const dl_str *)a, *(const dl_str *)b);
}

/* A folder that a stranger packed may link to files of this user: a link is a file of the folder
 * only when it leads to one below root. */
static bool leads_inside(const char *root, const char *link)
{
    char *real = realpath(link, NULL);
    size_t n = strlen(root);
    struct stat st;
    bool inside = real != NULL && strncmp(real, root, n) == 0 &&
                  (real[n] == '/' || root[n - 1] == '/') && stat(real, &st) == 0 &&
                  S_ISREG(st.st_mode);
    free(real);
    return inside;
}

static enum dl_err list_folder(dl_arena *arena, const char *root, const char *path, int depth,
                               dl_str_vec *paths, struct dl_diag *diag)
{
    if (depth > MAX_FOLDER_DEPTH)
        return dl_fail(diag, DL_ERR_TOO_DEEP, DL_NO_POS, "folders nested too deeply");
    DIR *dir = opendir(path);
    if (dir == NULL)
        return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot open the folder: %s", strerror(errno));
    enum dl_err err = DL_OK;
    size_t len = strlen(path);
    const char *slash = len > 0 && path[len - 1] == '/' ? "" : "/";
    for (struct dirent *e; err == DL_OK && (e = readdir(dir)) != NULL;) {
        if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0) continue;
        dl_str full = dl_str_fmt(arena, "%s%s%s", path, slash, e->d_name);
        struct stat st;
        if (full.p == NULL)
            err = dl_arena_failed(arena);
        else if (lstat(full.p, &st) != 0)
            continue;
        else if (S_ISDIR(st.st_mode))
            err = list_folder(arena, root, full.p, depth + 1, paths, diag);
        else if (S_ISREG(st.st_mode) || (S_ISLNK(st.st_mode) && leads_inside(root, full.p)))
            err = dl_vec_push(arena, paths, full);
    }
    closedir(dir);
    return err;
}

enum dl_err dl_io_list(dl_arena *arena, const char *path, dl_str_vec *ret_paths,
                       struct dl_diag *diag)
{
    struct stat st;
    dl_str_vec paths = {0};
    if (strcmp(path, "-") == 0 || (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))) {
        DL_TRY(dl_vec_push(arena, &paths, dl_str_dup(arena, dl_str_c(path))));
    } else if (stat(path, &st) != 0) {
        return dl_fail(diag, DL_ERR_NOT_FOUND, DL_NO_POS, "there is no %s", path);
    } else {
        char *root = realpath(path, NULL);
        if (root == NULL)
            return dl_fail(diag, DL_ERR_IO, DL_NO_POS, "cannot open %s: %s", path, strerror(errno));
        enum dl_err err = list_folder(arena, root, path, 0, &paths, diag);
        free(root);
        DL_TRY(err);
        if (paths.n > 0) qsort(paths.p, paths.n, sizeof *paths.p, by_bytes);
    }
    DL_TRY(dl_arena_failed(arena));
    *ret_paths = paths;
    return DL_OK;
}

void dl_lines_init(dl_lines *lines, int fd, size_t max_line)
{
    *lines = (dl_lines){.fd = fd, .max = max_line};
    dl_buf_init(&lines->buf, max_line + READ_STEP + 1);
}

void dl_lines_free(dl_lines *lines)
{
    dl_buf_free(&lines->buf);
}

static enum dl_err lines_fill(dl_lines *l)
{
    if (l->start > 0) {
        DL_ASSERT(l->buf.p != NULL);
        memmove(l->buf.p, l->buf.p + l->start, l->buf.n - l->start);
        l->buf.n -= l->start;
        l->scan -= l->start;
        l->start = 0;
    }
    DL_TRY(dl_buf_reserve(&l->buf, READ_STEP));
    ssize_t got;
    do
        got = read(l->fd, l->buf.p + l->buf.n, READ_STEP);
    while (got < 0 && errno == EINTR);
    if (got < 0) return DL_ERR_IO;
    l->eof = got == 0;
    l->buf.n += (size_t)got;
    l->total += (size_t)got;
    return DL_OK;
}

enum dl_err dl_lines_next(dl_lines *l, dl_str *ret_line)
{
    bool skipping = false;
    for (;;) {
        dl_str have = l->buf.p != NULL ? dl_buf_slice(&l->buf) : DL_STR("");
        size_t end = dl_str_chr(have, '\n', l->scan);
        if (end == DL_NO_POS && l->eof && l->start < have.n) end = have.n;
        if (end != DL_NO_POS) {
            dl_str line = {have.p + l->start, end - l->start};
            l->start = l->scan = end < l->buf.n ? end + 1 : end;
            if (skipping || line.n > l->max) return DL_ERR_TOO_BIG;
            if (line.n > 0 && line.p[line.n - 1] == '\r') line.n--;
            *ret_line = line;
            return DL_OK;
        }
        if (l->eof) return skipping ? DL_ERR_TOO_BIG : DL_ERR_NOT_FOUND;
        l->scan = l->buf.n;
        if (l->buf.n - l->start > l->max) {
            skipping = true;
            l->start = l->scan = l->buf.n;
        }
        DL_TRY(lines_fill(l));
    }
}
