#!/usr/bin/env python3
"""An archive of a live run makes the same store again, byte for byte; others can read it.

usage: test_archive.py DATELINE
"""
import glob
import gzip
import hashlib
import http.server
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

import tap
from loopback import Server, wait_for
from tap import ok

DATELINE = os.path.abspath(sys.argv[1])
ROUNDS = {"gz": 3, "zst": 2}
SOURCES = ("feed", "same", "plain", "broken", "missing")


def text_of(topic, n):
    return (f"The {topic} of the town of Example was closed on Friday because {n} pillars have moved, the minister of works "
            f"said. Officials said the {topic} would stay closed until the autumn. Residents reportedly saw cracks. ") * 3


TOPICS = ["old bridge", "city library", "north harbour", "grain market", "central station"]


class Publisher(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    round = 1  # what is published changes with it
    lock = threading.Lock()
    paths = []

    def log_message(self, *args):
        pass

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        if headers.get("Content_Encoding") == "gzip":
            body = gzip.compress(body)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        with self.lock:
            self.paths.append(self.path)
        base, r = f"http://127.0.0.1:{self.server.server_address[1]}", self.round
        if self.path == "/robots.txt":
            return self.reply(200, b"User-agent: *\nDisallow: /private\nCrawl-delay: 1\n", Content_Type="text/plain")
        if self.path == "/feed.xml":
            # Round by round an article more; the first is edited, the second has a page that moved.
            items = "".join(
                f"<item><title>EXAMPLE: The {TOPICS[n]} closes{', again' if n == 0 and r > 1 else ''}</title>"
                f"<link>{base}/{'moved' if n == 1 else 'news'}/{n}?utm_source=rss</link><guid isPermaLink='false'>g{n}</guid>"
                f"<description>{text_of(TOPICS[n], n + (r if n == 0 else 0))}</description></item>"
                for n in range(min(r + 1, len(TOPICS))))
            feed = f"<rss version='2.0'><channel><title>EXAMPLE</title><link>{base}/</link>{items}</channel></rss>"
            return self.reply(200, feed.encode(), Content_Type="application/rss+xml", ETag=f'"v{r}"', Content_Encoding="gzip")
        if self.path == "/same.xml":  # never anything else: a 304 to who asks so, else the same bytes
            if self.headers.get("If-None-Match") == '"s"':
                return self.reply(304, ETag='"s"')
            return self.reply(200, f"<rss version='2.0'><channel><title>EXAMPLE خبر</title><item><title>EXAMPLE: سیل در شهر</title>"
                              f"<link>{base}/news/%D8%B3%DB%8C%D9%84</link></item></channel></rss>".encode(),
                              Content_Type="application/rss+xml", ETag='"s"')
        if self.path == "/plain.xml":  # without validators: the same body each time
            pad = "<!-- " + "x" * 2000 + " -->"
            return self.reply(200, f"<rss version='2.0'><channel><title>EXAMPLE plain</title>{pad}<item><title>EXAMPLE: The old bridge"
                              f" closes</title><link>{base}/private/9</link><description>{text_of('old bridge', 1)}</description>"
                              "</item></channel></rss>".encode(), Content_Type="application/rss+xml")
        if self.path.startswith("/moved/"):
            return self.reply(301, b"over there", Location="/news/" + self.path[7:])
        if self.path.startswith("/news/"):
            name = self.path[6:].partition("?")[0]
            topic = TOPICS[int(name)] if name.isdigit() else "river"
            page = (f"<html lang=en><head><title>EXAMPLE: The {topic} closes</title><link rel=canonical href='{base}/c/{name}'></head>"
                    f"<body><h1>EXAMPLE: The {topic} closes</h1><p>{text_of(topic, 2)}</p><p>{text_of(topic, 3)}</p></body></html>")
            return self.reply(200, page.encode(), Content_Type="text/html; charset=utf-8", X_Odd="\x1b[31m caf\xe9")
        if self.path == "/broken.xml":
            return self.reply(200, b"this is no feed at all", Content_Type="text/plain")
        return self.reply(404, b"nothing here", Content_Type="text/plain")


def run(*args, **kwargs):
    return subprocess.run([DATELINE, *args], capture_output=True, timeout=300, **kwargs)


def dump(store):
    return run("export", "ledger", "--store", store).stdout


def difference(a, b):
    x, y = set(a.splitlines()), set(b.splitlines())
    return "\n".join([f"- {line[:500]}" for line in sorted(x - y)[:4]] + [f"+ {line[:500]}" for line in sorted(y - x)[:4]])


def by_warcio(paths):
    """Record types by a reader that is not ours, with its verdict on the digests; None: it is not here."""
    try:
        from warcio.archiveiterator import ArchiveIterator
    except ImportError:
        return None
    types, good = {}, True
    for path in paths:
        with open(path, "rb") as file:
            for record in ArchiveIterator(file, check_digests=True):
                record.content_stream().read()
                good = good and record.digest_checker.passed is not False
                types[record.rec_type] = types.get(record.rec_type, 0) + 1
    return types, good


def main():
    folder = tempfile.mkdtemp(prefix="dateline-archive-")
    web = Server(("127.0.0.1", 0), Publisher)
    port = web.server_address[1]
    threading.Thread(target=web.serve_forever, daemon=True).start()
    opml = os.path.join(folder, "sources.opml")
    with open(opml, "w", encoding="utf-8") as out:
        out.write("<opml version='2.0'><body><outline text='EXAMPLE group'>" + "".join(
            f"<outline type='rss' text='EXAMPLE {name}' outlet='{name}' country='XA' language='en' kind='private' "
            f"xmlUrl='http://127.0.0.1:{port}/{name}.xml' htmlUrl='http://127.0.0.1:{port}/'/>"
            for name in SOURCES) + "</outline></body></opml>")
    try:
        for form in ("gz", "zst"):
            Publisher.round = 1
            Publisher.paths = []
            live_and_replay(os.path.join(folder, form), opml, form)
        ingest(folder, port)
        killed(folder, opml)
        faults(folder, opml)
    finally:
        web.shutdown()
        shutil.rmtree(folder, ignore_errors=True)
    return tap.end()


def one(store, sql):
    try:
        db = sqlite3.connect(f"file:{store}/dateline.db?mode=ro", uri=True)
        row = db.execute(sql).fetchone()
        db.close()
        return row[0] if row else None
    except sqlite3.OperationalError:
        return None


def change(store, sql):
    db = sqlite3.connect(os.path.join(store, "dateline.db"))
    db.execute(sql)
    db.commit()
    db.close()


def serve(store, opml, *more):
    log = open(os.path.join(os.path.dirname(store), "log"), "ab")
    return subprocess.Popen([DATELINE, "serve", "--store", store, "--sources", opml, "--listen", "127.0.0.1:0",
                             "--egress-allow", "127.0.0.1/32", *more], stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def settled(store, polls):
    return (one(store, "SELECT min(polls) FROM feed") or 0) >= polls and \
        one(store, "SELECT count(*) FROM page_job WHERE result IS NULL AND tries = 0") == 0 and \
        one(store, "SELECT count(*) FROM entry WHERE state = 'pending'") == 0 and \
        one(store, "SELECT max(seq) FROM entry") == one(store, "SELECT seq FROM cursor WHERE stage = 'story'")


def live_and_replay(folder, opml, form):
    os.mkdir(folder)
    store, archive = os.path.join(folder, "live"), os.path.join(folder, "archive")
    for n in range(1, ROUNDS[form] + 1):
        Publisher.round = n
        server = serve(store, opml, "--archive", archive, "--archive-format", form, "--threads", "2")
        good = wait_for(lambda: settled(store, n))
        server.send_signal(signal.SIGTERM)
        ok(server.wait(timeout=30) == 0 and good, f"{form}: round {n} is fetched and read",
           open(os.path.join(folder, "log"), errors="replace").read()[-1500:] if not good else "")
        if n < ROUNDS[form]:
            change(store, "UPDATE feed SET next_poll = 0")
    files = sorted(glob.glob(f"{archive}/*.warc.{form}"))
    ok(len(files) == ROUNDS[form], f"{form}: a file for each run", files)
    lines = [json.loads(line) for line in run("warc", *files).stdout.splitlines()]
    kinds = {}
    for line in lines:
        kinds[line.get("type")] = kinds.get(line.get("type"), 0) + 1
    ok(all(line.get("payload_digest_ok") is not False and "error" not in line for line in lines), f"{form}: every record is sound",
       [line for line in lines if "error" in line or line.get("payload_digest_ok") is False][:3])
    asked = len(Publisher.paths)
    ok(kinds.get("request") == asked, f"{form}: every request to the publisher is in the archive", (kinds, asked))
    ok(kinds.get("response", 0) + kinds.get("revisit", 0) == asked and kinds.get("revisit", 0) >= ROUNDS[form] - 1, f"{form}: and every answer, "
       "what came again as a revisit", kinds)
    uris = {line.get("uri", "") for line in lines if line.get("status") in (301, 404)}
    ok(any("/moved/" in uri for uri in uris) and any("/missing.xml" in uri for uri in uris),
       f"{form}: redirects and errors, too", uris)
    if form == "gz":
        raw = b"".join(subprocess.run(["zcat", f], capture_output=True).stdout for f in files)
        ok(raw.count(b"WARC/1.1\r\n") == len(lines), "zcat reads it", (raw.count(b"WARC/1.1\r\n"), len(lines)))
        ok(b"X-Crawler-Content-Encoding: gzip" in raw and b"\x1b[31m caf\xe9" in raw, "heads are as they came, coding noted")
        other = by_warcio(files)
        if other is not None:
            ok(other == (kinds, True), "warcio reads the same records, digests right", (other, kinds))
    want = dump(store)
    tables = {json.loads(line)["table"] for line in want.splitlines()}
    ok({"document", "revision", "result", "story", "story_document", "poll", "change", "feed", "alias", "entry", "page_job",
        "statement", "tally"} <= tables, f"{form}: the dump has the tables that matter", sorted(tables))
    ok(one(store, "SELECT count(*) FROM revision") > 5 and one(store, "SELECT count(*) FROM change WHERE kind = 'document.revised'") > 0,
       f"{form}: there is something to compare")
    for threads in ("1", "4"):
        again = os.path.join(folder, "again" + threads)
        r = run("ingest", "--store", again, "--threads", threads, archive)
        got = dump(again)
        ok(got == want, f"{form}: {threads} readers make the same store again, byte for byte ({len(want)} bytes)",
           difference(want, got) + r.stderr.decode()[-500:])
    r = run("ingest", "--store", again, archive)
    ok(dump(again) == want, f"{form}: the same archive once more changes nothing", difference(want, dump(again)))
    one_file = os.path.join(folder, "one")
    run("ingest", "--store", one_file, files[0])
    change(one_file, "UPDATE document SET seen_by = seen_by + 1")
    run("ingest", "--store", one_file, *files[1:])
    ok(dump(one_file) != want, f"{form}: the comparison sees a millisecond")
    cut = os.path.join(folder, "cut.warc." + form)
    data = open(files[0], "rb").read()
    open(cut, "wb").write(data[:-10])
    r = run("ingest", "--store", os.path.join(folder, "cut"), cut)
    ok(r.returncode == 4 and one(os.path.join(folder, "cut"), "SELECT count(*) FROM poll") > 0, f"{form}: of a cut file all but its end is read",
       (r.returncode, r.stdout[-300:], r.stderr[-300:]))


def child(server, name):
    for pid in open(f"/proc/{server.pid}/task/{server.pid}/children").read().split():
        with open(f"/proc/{pid}/comm") as comm:
            if comm.read().strip() == name:
                return int(pid)
    return 0


def killed(folder, opml):
    """The writer dies while it is told, the fetcher while pages are under way."""
    home = os.path.join(folder, "killed")
    os.mkdir(home)
    Publisher.round = 2
    store, archive, again = (os.path.join(home, name) for name in ("live", "archive", "again"))
    server = serve(store, opml, "--archive", archive, "--threads", "2")
    kills = {"write": 0, "fetch": 0}
    until = time.time() + 60
    while time.time() < until and not settled(store, 1):
        time.sleep(0.7)
        name = "fetch" if (one(store, "SELECT min(polls) FROM feed") or 0) >= 1 else "write"
        pid = child(server, name)
        if pid and kills[name] < 3:
            kills[name] += 1
            os.kill(pid, signal.SIGKILL)
    good = settled(store, 1)
    server.send_signal(signal.SIGTERM)
    ok(server.wait(timeout=30) == 0 and good and kills["write"] > 0, "a run goes on over kills", kills)
    run("ingest", "--store", again, archive)
    ok(dump(again) == dump(store), "its archive makes the same store", (kills, difference(dump(store), dump(again))))


def ingest(folder, port):
    home, base = os.path.join(folder, "ingest"), f"http://127.0.0.1:{port}"
    store, again, archive = (os.path.join(home, name) for name in ("live", "again", "archive"))
    os.mkdir(home)
    r = run("ingest", "--store", store, "--archive", archive, "--egress-allow", "127.0.0.1/32", f"{base}/feed.xml",
            f"{base}/news/0", f"{base}/moved/1", f"{base}/nothing")
    ok(r.returncode == 4 and len(glob.glob(archive + "/dateline-ingest-*.warc.gz")) == 1, "ingest writes an archive, too", r.stderr)
    lines = [json.loads(line) for line in run("warc", archive).stdout.splitlines()]
    ok({200, 301, 404} <= {line.get("status") for line in lines}, "with robots.txt, redirects and errors", lines)
    r = run("ingest", "--store", again, archive)
    ok(r.returncode == 0 and dump(again) == dump(store) and len(dump(store)) > 5000, "and it makes the same store again",
       difference(dump(store), dump(again)) + r.stderr.decode()[-300:])


def faults(folder, opml):
    home = os.path.join(folder, "faults")
    os.mkdir(home)
    r = run("serve", "--store", os.path.join(home, "s"), "--archive-format", "rar", "--archive", home)
    ok(r.returncode == 2 and b"gz and zst" in r.stderr, "a format that is none is told", r.stderr)
    r = run("serve", "--store", os.path.join(home, "s"), "--archive", "/proc/no/such")
    ok(r.returncode == 2 and b"cannot write archives" in r.stderr, "a folder that cannot be is told", r.stderr)
    # No file can be made in the archive (its path would be too long): articles come all the same.
    Publisher.round = 1
    store, archive = os.path.join(home, "live"), os.path.join(home, "archive")
    while len(archive) < 4070:
        archive = os.path.join(archive, "d" * min(200, 4070 - len(archive)))
    os.makedirs(archive)
    server = serve(store, opml, "--archive", archive)
    good = wait_for(lambda: (one(store, "SELECT count(*) FROM v_document") or 0) >= 3)
    server.send_signal(signal.SIGTERM)
    ok(server.wait(timeout=30) == 0 and good, "without room for an archive articles come all the same")
    log = open(os.path.join(home, "log"), errors="replace").read()
    ok("the archive cannot be written" in log, "and the log says so", log[-600:])


if __name__ == "__main__":
    sys.exit(main())
