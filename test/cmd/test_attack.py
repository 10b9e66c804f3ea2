#!/usr/bin/env python3
"""A hostile publisher, a hostile visitor and a hostile neighbour, against the running server.

Everything that a publisher controls is filled with markup, scripts, addresses of other schemes,
line feeds and escapes; then every route is asked, with good and with odd requests, and what comes
back is parsed as a browser, a feed reader and a program would.

usage: test_attack.py DATELINE ROUTES_DEF
"""
import html.parser
import http.client
import json
import os
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree

import tap
from tap import ok

DATELINE, ROUTES = os.path.abspath(sys.argv[1]), sys.argv[2]
MARK = "xq7"  # stands in every payload
SCRIPT = f"\"'><img src=x onerror={MARK}()><script>{MARK}()</script></title></textarea></style><svg/onload={MARK}()>"
LINES = f"{MARK}\r\nSet-Cookie: {MARK}=1\r\n\r\n<script>{MARK}()</script>\x1b[31m\u2028data: {MARK}\u202e"
NASTY = SCRIPT + LINES
URLS = [f"javascript:{MARK}()", f"JaVaScRiPt:{MARK}()", f"java\tscript:{MARK}()", f"\x01javascript:{MARK}()",
        f"data:text/html,<script>{MARK}()</script>", f"vbscript:{MARK}", f"file:///etc/passwd?{MARK}",
        f"//{MARK}.example/x", f"https://{MARK}@evil.example/\"onmouseover=\"{MARK}()", "http://[::1", "https://"]
BODY = ("The mayor of Riga said on Monday that the bridge would open. \"Nobody will cross it,\" said "
        f"{MARK} <b onclick={MARK}()>Odo Lemaire</b>{SCRIPT}, the minister of works, showing a video. According to "
        f"<script>{MARK}()</script> the port authority, 1,200 people crossed it.")


def escaped(text):
    return "".join(c if c == "\n" or ord(c) >= 32 else " " for c in text).replace("&", "&amp;").replace(
        "<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


# --- the material -------------------------------------------------------------------------------

def write_material(folder):
    def put(name, text):
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    good = {"id": "1", "url": "https://a.example/1", "outlet": "a.example", "language": "en", "title": "T", "text": BODY}
    rows = [dict(good, id=f"f-{f}", url=f"https://a.example/{f}", title=f"EXAMPLE field {f}") | {f: NASTY} for f in
            ("id", "title", "subtitle", "outlet", "outlet_name", "outlet_kind", "country", "language", "section",
             "author", "byline", "published", "text", "content_type", "seen", "html")]
    rows += [dict(good, id=f"u-{i}", url=u, title=f"EXAMPLE address {i}") for i, u in enumerate(URLS)]
    rows += [dict(good, id=f"o-{i}", url=f"https://b{i}.example/1", outlet=o, title=f"EXAMPLE outlet {i}")
             for i, o in enumerate(["../x", "../../etc/passwd", "/", ".", "", "a\nb", "a" * 5000, "é", "%2e%2e"])]
    rows += [dict(good, id=f"n-{i}", url=f"https://big{i}.example/1", outlet=f"big{i}", outlet_name="N" * 2000000,
                  title=f"EXAMPLE long name {i}") for i in range(40)]
    lines = [json.dumps(r) for r in rows]
    lines += ['{"a":' * 100000, "[" * 100000 + "]" * 100000,
              '{"id":"d","url":"https://d.example/1","id":"e","url":"https://d.example/2","title":"EXAMPLE twice","text":"x","title":"y"}',
              '{"id":1e999,"url":-1e999,"title":"EXAMPLE numbers","text":"The mayor said so.","published":1e999,"seen":{"by":1e999}}',
              '{"id":"s","url":"https://s.example/1","title":"\\ud800 EXAMPLE surrogate","text":"\\udc00"}',
              '{"id":"z","url":"https://z.example/\\u0000","title":"EXAMPLE\\u0000nul","text":"a\\u0000b said c."}', "{}", "[]", "7", '""', "null"]
    put("in/a.ndjson", "\n".join(lines) + "\n")
    nasty = escaped(NASTY)
    items = "".join(f"<item><title>EXAMPLE item {i} {nasty}</title><link>{escaped(u)}</link><guid>{escaped(u)}{i}</guid>"
                    f"<description>{escaped(BODY)}&lt;a href=\"{escaped(u)}\"&gt;x&lt;/a&gt;</description><author>{nasty}</author>"
                    f"<category>{nasty}</category><enclosure url=\"{escaped(u)}\" type=\"{nasty}\" length=\"-1\"/></item>"
                    for i, u in enumerate(URLS + ["https://feed.example/good"]))
    put("in/b.xml", f"<rss version=\"2.0\"><channel><title>{nasty}</title><link>{escaped(URLS[0])}</link>"
        f"<language>{nasty}</language>{items}</channel></rss>")
    put("in/c.html", f"<html lang=\"{nasty}\"><head><title>EXAMPLE page {nasty}</title><base href=\"{URLS[0]}\">"
        f"<link rel=canonical href=\"{URLS[0]}\"><meta property=\"og:site_name\" content=\"{nasty}\">"
        f"<meta property=\"og:url\" content=\"{escaped(URLS[4])}\"><meta name=author content=\"{nasty}\">"
        f"<meta property=\"article:section\" content=\"{nasty}\"><meta property=\"article:published_time\" content=\"{nasty}\">"
        "<script type=\"application/ld+json\">" + json.dumps({"@type": "NewsArticle", "headline": NASTY, "author": {"name": NASTY}})
        .replace("</", "<\\/") + f"</script></head><body><article><h1>EXAMPLE page {nasty}</h1>"
        + f"<p>{escaped(BODY)} <a href=\"{URLS[0]}\">x</a></p>" * 4 + "</article></body></html>")
    os.symlink("/etc/passwd", os.path.join(folder, "in/d-link.html"))
    os.symlink("..", os.path.join(folder, "in/e-loop"))
    os.symlink("/etc", os.path.join(folder, "in/f-etc"))
    os.mkfifo(os.path.join(folder, "in/g-fifo"))


# --- the server ---------------------------------------------------------------------------------

def children_of(pid):
    found = []
    try:
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children", encoding="ascii") as file:
                for child in file.read().split():
                    found += [int(child)] + children_of(int(child))
    except (FileNotFoundError, ProcessLookupError):
        pass
    return found


class Server:
    def __init__(self, folder, store, port=0):
        self.path = os.path.join(folder, "log")
        self.store = store
        self.log = open(self.path, "ab")
        begin = os.path.getsize(self.path)
        self.process = subprocess.Popen([DATELINE, "serve", "--offline", "--no-sources", "--threads", "2", "--store", store,
                                         "--listen", f"127.0.0.1:{port}"], stderr=self.log, stdout=self.log)
        until = time.time() + 60
        self.port = 0
        while time.time() < until and not self.ready(begin):
            time.sleep(0.1)

    def ready(self, begin):
        with open(self.path, "rb") as log:
            log.seek(begin)
            found = re.search(rb"http://127\.0\.0\.1:(\d+)", log.read())
        if not found:
            return False
        self.port = int(found.group(1))
        try:
            return self.get("/readyz")[0] == 200
        except OSError:
            return False

    def raw(self, data, timeout=20):
        with socket.create_connection(("127.0.0.1", self.port), timeout) as s:
            s.sendall(data)
            got = b""
            try:
                while True:
                    part = s.recv(65536)
                    if not part:
                        break
                    got += part
            except (TimeoutError, ConnectionResetError):
                pass
        return got

    def get(self, path, headers=None, timeout=20, method="GET"):
        c = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            c.request(method, path, headers=headers or {})
            a = c.getresponse()
            return a.status, a.headers, a.read()
        finally:
            c.close()

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=20)
        self.log.close()
        return code


# --- what comes back ----------------------------------------------------------------------------

class Page(html.parser.HTMLParser):
    """Elements and attributes through which a page could act."""

    def __init__(self):
        super().__init__()
        self.bad, self.links = [], set()

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in ("script", "link") and not (values.get("src") or values.get("href") or "").startswith(
                ("/assets/", "/feed.", "http")):
            self.bad.append((tag, attrs))
        if tag in ("iframe", "object", "embed", "base", "img", "style", "meta") and MARK in str(attrs):
            self.bad.append((tag, attrs))
        for name, value in attrs:
            if name.startswith("on") or name in ("style", "srcdoc"):
                self.bad.append((tag, name, value))
            if name in ("href", "src", "action", "formaction", "poster") and value:
                self.links.add(value)
                if not value.startswith(("/", "#", "?", "http://", "https://")) or value.startswith("//"):
                    self.bad.append((tag, name, value))


MUST = {"content-security-policy": "default-src 'none'", "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer", "x-frame-options": "DENY"}


def headers_bad(status, headers):
    bad = [name for name, value in MUST.items() if value not in (headers.get(name) or "")]
    bad += [f"unsafe in CSP"] if "unsafe" in (headers.get("content-security-policy") or "") else []
    bad += [f"cookie {v}" for v in headers.get_all("set-cookie") or []]
    bad += [f"{k}: {v}" for k, v in headers.items() if MARK in k or re.search(r"[\r\n\x1b]", v)]
    return bad


def body_bad(headers, body):
    kind = headers.get("content-type") or ""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        return str(error)
    try:
        if "html" in kind:
            page = Page()
            page.feed(text)
            return page.bad or ("escape" if "\x1b" in text else "")
        if "json" in kind and body:
            json.loads(text, parse_constant=lambda c: 1 / 0)
            return re.findall(r'"(?:url|href|link|external_url|home|canonical)":"(?!https?://|/)[^"]{0,60}', text)
        if "xml" in kind and body:
            root = xml.etree.ElementTree.fromstring(body)
            return [v for e in root.iter() for k, v in e.attrib.items()
                    if k in ("href", "src") and not v.startswith(("http://", "https://"))]
    except (ValueError, ZeroDivisionError, xml.etree.ElementTree.ParseError) as error:
        return repr(error)
    return ""


def all_routes(server):
    patterns = re.findall(r'^DL_ROUTE\("([^"]+)"', open(ROUTES, encoding="utf-8").read(), re.M)
    stories = json.loads(server.get("/api/v1/stories?limit=100")[2])["data"]
    ids = [s["id"] for s in stories]
    documents = []
    for i in ids:
        documents += [d["id"] for d in json.loads(server.get(f"/api/v1/stories/{i}")[2])["data"]]
    ok(len(ids) > 0 and len(documents) > 20, "there are stories and documents to attack with", f"{len(ids)} {len(documents)}")
    bad, seen = [], 0
    for pattern in patterns:
        if pattern.endswith("/stream"):
            continue
        takes = documents if "/d/" in pattern or "/documents/" in pattern else ["page.css", "page.js", "x"] if "assets" in pattern else ids
        paths = [pattern.replace("{id}", i).replace("{name}", i).replace("{token}", i) for i in takes] if "{" in pattern else [pattern]
        if pattern.endswith("/search"):
            paths = [pattern + "?q=" + q for q in ("EXAMPLE", MARK, "%3Cscript%3E", "mayor", "%22", "%1b%5b31m%0d%0ax")]
        for path in paths:
            status, headers, body = server.get(path)
            seen += 1
            why = headers_bad(status, headers) or body_bad(headers, body)
            if why or status >= 500:
                bad.append((path, status, why))
    ok(not bad, f"{seen} answers of {len(patterns)} routes hold nothing that acts", bad[:5])
    return patterns, ids[0], documents[0]


ODD = ["?q=%00", "?q=%ff%fe", "?limit=-1", "?limit=1e999", "?limit=99999999999999999999", "?cursor=-1", "?cursor=99999999999999999999",
       "?cursor=%00", "?limit=0&limit=5", "?q=" + "a" * 4000, "?q=" + "(" * 500, "?q=" + "a+OR+" * 300 + "b", "?q=*", "?q=%22",
       "?q=lang:", "?q=since:9999-99-99", "?q=since:0000-01-01", "?q=NEAR(a+b)", "?q=a*b*", "?q=-", "?q=%27%29;DROP+TABLE+document;--",
       "?" + "&".join(f"a{i}=b" for i in range(40)), "?" + "&".join(f"a{i}=" for i in range(120)),
       "?" + "&".join(f"a{i}=b" for i in range(300)), "?" + "&" * 2000, "?q=" + "a" * 7600, "?=", "?&&&", "?%", "?q=%zz", "?lang=%0d%0aSet-Cookie:x", "?outlet=../../x",
       "?after=99999999999999999999", "?q=from:../x", "?q=%E2%80%AE%F0%9F%98%80", "?sort=x&order=y"]
IDS = ["..", "%2e%2e", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%00", "%ff", "a", "A" * 6000, "0" * 64, "g" * 64, "%F0%9F%98%80",
       "'", "%27%20OR%201=1--", "<script>", "%3Cscript%3E", "%0d%0aSet-Cookie:%20x=1", "deadbeef", "-1", "_", "*", "%25"]


def odd_requests(server, patterns):
    bad, seen = [], 0
    for pattern in patterns:
        if pattern.endswith("/stream"):
            continue
        ways = [pattern.replace("{id}", i).replace("{name}", i).replace("{token}", i) for i in IDS] if "{" in pattern else [pattern + o for o in ODD]
        for path in ways:
            try:
                got = server.raw(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
            except OSError as error:
                bad.append((path[:80], repr(error)))
                continue
            seen += 1
            head, _, _ = got.partition(b"\r\n\r\n")
            status = int(head.split(b" ")[1]) if head.startswith(b"HTTP/") else 0
            if status == 0 or status >= 500 or b"set-cookie" in head.lower():
                bad.append((path[:80], status, head[:200]))
            elif status < 400 and "{" in pattern and "assets" not in pattern:
                bad.append((path[:80], status, "an odd id was found"))
            elif b"nosniff" not in head and status not in (414, 431):
                bad.append((path[:80], status, "no headers"))
    ok(not bad, f"{seen} odd requests are refused or answered, none fails", bad[:6])


def many_headers(server):
    """What a browser brings along of other programs on this host: every number of cookies has an answer."""
    got = {}
    for n in [*range(1, 130, 2), 200, 500, 1000, 1500]:
        for name, value in (("c", "1"), ("session", "x" * 30)):
            cookies = "; ".join(f"{name}{i}={value}" for i in range(n))
            answer = server.raw(f"GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nCookie: {cookies}\r\n"
                                "Connection: close\r\n\r\n".encode())
            got[name, n] = answer[9:12].decode()
    ok(set(got.values()) <= {"200", "431"} and got["c", 39] == got["session", 29] == "200", "any number of cookies has an answer",
       {k: v for k, v in got.items() if v not in ("200", "431")} or got)
    got = {n: server.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"".join(b"X-%d: %d\r\n" % (i, i) for i in range(n))
                         + b"Connection: close\r\n\r\n")[9:12].decode() for n in range(1, 400, 7)}
    ok(set(got.values()) <= {"200", "431"}, "and any number of headers", got)


def hosts(server):
    for host in ("evil.example", "evil.example:8440", "127.0.0.1.evil.example", "localhost.evil.example", "evil.example#localhost",
                 "localhost@evil.example", "[::1].evil.example", "[::1]evil.example", "127.0.0.2", "0.0.0.0", "2130706433", "",
                 "localhost:80:evil.example", "localhost/evil"):
        got = server.raw(f"GET /api/v1/stories HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        ok(b" 421 " in got[:20] or b" 400 " in got[:20], f"host '{host}' is not answered", got[:200])
    got = server.raw(b"GET /api/v1/stories HTTP/1.0\r\n\r\n")
    ok(b" 421 " in got[:20] or b" 400 " in got[:20], "no host is not answered", got[:200])
    two = server.raw(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    ok(b" 200 " not in two[:20] or b"evil" not in two, "a second host changes nothing", two[:100])
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"):
        got = server.raw(f"{method} /api/v1/sources HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{{}}".encode())
        ok(b" 405 " in got[:20] or b" 400 " in got[:20] or b" 404 " in got[:20], f"{method} is refused", got[:100])


# --- live ---------------------------------------------------------------------------------------

def stream(server, last, wait=1.5):
    header = b"" if last is None else b"Last-Event-ID: " + last + b"\r\n"
    return server.raw(b"GET /api/v1/stream HTTP/1.1\r\nHost: localhost\r\n" + header + b"\r\n", timeout=wait)


def dechunked(body):
    out = b""
    while True:
        size, _, rest = body.partition(b"\r\n")
        if not re.fullmatch(rb"[0-9a-fA-F]+", size) or len(rest) < int(size, 16):
            return out
        out, body = out + rest[:int(size, 16)], rest[int(size, 16) + 2:]


def live(server):
    for last in (None, b"0", b"1", b"-1", b"99999999999", b"9223372036854775807", b"99999999999999999999999", b"\xff\xfe",
                 b"x" * 3000, b"1; drop", b"1e999", b""):
        got = stream(server, last)
        head, _, body = got.partition(b"\r\n\r\n")
        refused = last not in (None, b"") and not last.isdigit() or last is not None and len(last) > 19
        if refused:
            ok(re.match(rb"HTTP/1.1 4\d\d ", head) and (b"nosniff" in head or len(last) > 2000), f"stream after {last[:25]} is refused", got[:300])
            continue
        good = b" 200 " in head[:20] and b"event: ready" in body
        lines = [l for l in dechunked(body).split(b"\n") if l]
        acts = [l for l in lines if not l.startswith((b"id: ", b"event: ", b"data: ", b"retry: ", b":"))]
        for line in lines:
            if line.startswith(b"data: "):
                try:
                    json.loads(line[6:])
                except ValueError:
                    acts.append(line)
        ok(good and not acts, f"stream after {last and last[:25]}", (head[:200], acts[:2]))


def slow_clients(server):
    def best(n=15):
        times = []
        for _ in range(n):
            begin = time.time()
            status, _, _ = server.get("/", timeout=30)
            times.append(time.time() - begin if status == 200 else 99)
        return sorted(times)[n // 2]
    before, sockets = best(), []
    for i in range(500):
        s = socket.create_connection(("127.0.0.1", server.port), 10)
        s.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " if i % 2 else b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx")
        sockets.append(s)
    after = best()
    ok(after < max(10 * before, 2), "500 half requests hold nobody up", f"{before:.3f} s then {after:.3f} s")
    for s in sockets:
        s.close()


# --- neighbours on the machine ------------------------------------------------------------------

def rights(store):
    bad = []
    for base, _, names in os.walk(store):
        for path in [base] + [os.path.join(base, n) for n in names]:
            mode = stat.S_IMODE(os.lstat(path).st_mode)
            if mode & 0o077:
                bad.append((path, oct(mode)))
    ok(not bad, "folder, socket and every file belong to the user alone", bad)


def stopped_reader(server, folder):
    """A reader that hangs is found by the clock of the wall; what it read is kept, neighbours are read."""
    readers = [p for p in children_of(server.process.pid) if open(f"/proc/{p}/comm", encoding="ascii").read().strip() == "read"]
    ok(len(readers) == 2, "two readers work", readers)
    os.kill(readers[0], signal.SIGSTOP)
    path = os.path.join(folder, "stop.ndjson")
    with open(path, "w", encoding="utf-8") as out:
        for i in range(8):
            out.write(json.dumps({"id": f"stop-{i}", "url": f"https://stop.example/{i}", "title": f"EXAMPLE stop {i}",
                                  "text": f"The mayor of town {i} said on Monday that bridge {i} would open."}) + "\n")
    begin = time.time()
    run = subprocess.run([DATELINE, "ingest", "--store", server.store, path], capture_output=True, timeout=120, check=False)
    took = time.time() - begin
    ok(run.returncode == 0 and took < 60, f"all is read beside a stopped reader ({took:.0f} s)", (run.returncode, run.stdout, run.stderr))
    gone = not os.path.exists(f"/proc/{readers[0]}")
    ok(gone or took < 9, "the stopped reader was replaced")
    if not gone:
        os.kill(readers[0], signal.SIGCONT)


def main():
    folder = tempfile.mkdtemp(prefix="dateline-attack-")
    store = os.path.join(folder, "store")
    write_material(folder)
    run = subprocess.run([DATELINE, "ingest", "--store", store, os.path.join(folder, "in")], capture_output=True, timeout=240, check=False)
    ok(run.returncode == 4, "hostile input: some of it fails", (run.returncode, run.stderr[-600:], run.stdout[-600:]))
    ok(not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", run.stderr + run.stdout), "no control characters reach the terminal",
       re.findall(rb".{0,60}[\x00-\x09\x0b-\x1f\x7f].{0,60}", run.stderr + run.stdout)[:3])
    errors = [json.loads(l) for l in run.stdout.splitlines()]
    ok(not [e for e in errors if "passwd" in str(e) or "f-etc" in e["input"]], "links out of the folder are not followed", errors[:3])
    server = Server(folder, store)
    ok(server.port > 0, "it serves")
    status, _, body = server.get("/api/v1/search?q=root")
    ok(b"/bin/" not in body, "nothing of /etc was read")
    patterns, _, _ = all_routes(server)
    odd_requests(server, patterns)
    many_headers(server)
    hosts(server)
    live(server)
    slow_clients(server)
    rights(store)
    stopped_reader(server, folder)
    newest = json.loads(server.get("/api/v1/stories?limit=1")[2])["meta"]["seq"]
    ok(server.end() == 0, "it ends well")
    again = Server(folder, store)
    for _ in range(600):  # as a browser does: 503 says to come again
        if again.get("/readyz")[0] == 200:
            break
        time.sleep(0.1)
    got = stream(again, str(max(0, newest - 2)).encode(), 3)
    ok(b"event: ready" in got, "a stream goes on over a restart", got[:300])
    ok(again.end() == 0, "it ends well again")
    with open(os.path.join(folder, "log"), "rb") as log:
        text = log.read()
    ok(not re.search(rb"[\x00-\x09\x0b-\x1f\x7f]", text) and b"\nSet-Cookie" not in text, "no control characters in the log",
       re.findall(rb".{0,60}[\x00-\x09\x0b-\x1f\x7f].{0,60}", text)[:3])
    ok(b"the writer ends" not in text and b"ended" not in text, "no process died", text[-600:])
    shutil.rmtree(folder, ignore_errors=True)
    return tap.end()


sys.exit(main())
