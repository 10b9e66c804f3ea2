#!/usr/bin/env python3
"""`dateline sources add, remove, import, export`, without a server and while one runs.

usage: test_sources_change.py DATELINE WORLD.OPML
"""
import fcntl
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
import xml.etree.ElementTree as ElementTree

INSTANT = 6  # seconds; below 2 on a free machine


class Sources:
    def __init__(self, dateline, opml):
        self.dateline, self.opml = dateline, opml
        self.folder = tempfile.mkdtemp(prefix="dateline-sources-")
        self.store = os.path.join(self.folder, "store")

    def __call__(self, *args, store=None, stdin=b""):
        done = subprocess.run([self.dateline, "sources", "--store", store or self.store] + list(args), input=stdin,
                              capture_output=True, timeout=120, check=False)
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def count(self, store=None):
        code, out, err = self("list", store=store)
        assert code in (0, 3), err
        found = re.search(r"^(\d+) feeds?:", out, re.M)
        return int(found.group(1)) if found else 0


def added_and_removed(s):
    assert s("add", "https://courier.example/rss.xml", "--country", "XN", "--language", "en", "--kind", "private",
             "--name", "Courier")[:2] == (0, "added 1 feed\n")
    code, out, _ = s("list")
    assert code == 0 and "Courier · XN · en · private" in out and "https://courier.example/rss.xml" in out
    assert s("add", "https://courier.example/rss.xml", "https://x.example/a")[:2] == (
        0, "added 1 feed, 1 is already there\n")
    assert s("add", "https://x.example/a")[:2] == (0, "1 is already there\n")
    assert s.count() == 2
    assert s("remove", "https://courier.example/rss.xml")[:2] == (
        0, "removed 1 feed; 'dateline sources undo' brings it back\n")
    code, _, err = s("remove", "https://courier.example/rss.xml")
    assert code == 3 and "no feed has this address" in err
    assert s.count() == 1


def an_added_name_is_kept(s):
    s("add", "https://courier.example/rss.xml")
    assert "Courier · XN" in s("list")[1]


def whole_list_comes_in_and_goes_out(s):
    one, two = os.path.join(s.folder, "one"), os.path.join(s.folder, "two")
    code, out, err = s("import", s.opml, store=one)
    n = int(re.match(r"imported (\d+) feeds\n", out).group(1))
    assert code == 0 and n >= 150 and s.count(store=one) == n, err
    code, first, _ = s("export", store=one)
    assert code == 0
    assert s("import", "-", store=two, stdin=first.encode())[0] == 0
    assert s("export", store=two)[1] == first
    assert s("import", s.opml, store=one)[0] == 0 and s.count(store=one) == n


def broken_list_costs_only_itself(s):
    bad = os.path.join(s.folder, "bad.opml")
    with open(bad, "w", encoding="utf-8") as file:
        file.write("<html><body>no list</body></html>")
    code, _, err = s("import", bad, s.opml)
    assert code == 4 and "bad.opml" in err and s.count() > 150
    assert s("import", os.path.join(s.folder, "absent.opml"))[0] == 4


def wrong_words_change_nothing(s):
    before = s.count()
    for args, words in ((("add", "ftp://x.example/"), "no http or https address"),
                        (("add", "https://x.example/b", "--kind", "goverment"), "government, igo"),
                        (("add", "https://x.example/b", "--country", "Germany"), "two letters"),
                        (("add", "https://x.example/b", "--language", "?"), "a tag like"),
                        (("add", "https://x.example/b", "--feed-kind", "rss"), "feed, sitemap or front"),
                        (("add",), "at least one address"), (("remove",), "at least one address")):
        code, out, err = s(*args)
        assert code == 2 and words in err and not out, (args, err)
    assert s.count() == before


def removed_comes_back(s):
    store = os.path.join(s.folder, "undo")
    assert s("undo", store=store)[0] == 3
    s("add", "https://a.example/1", "https://a.example/2", "https://b.example/1", store=store)
    assert s("remove", "b.example", store=store)[0] == 0
    assert s("remove", "a.example", store=store)[1].startswith("removed 2 feeds; ")
    assert s.count(store) == 0
    assert s("undo", store=store)[:2] == (0, "2 are back\n")
    assert "a.example/2" in s("list", store=store)[1] and s.count(store) == 2
    assert s("add", "https://b.example/1", store=store)[:2] == (0, "1 is back\n")
    assert s.count(store) == 3


TITLES = ("أخبار اليوم & \"المساء\"", "🌍 Welt < News", "新闻 · 中国", "Ўзбекистон")


def titles_and_groups_survive(s):
    one, two = os.path.join(s.folder, "title-one"), os.path.join(s.folder, "title-two")
    escape = lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    rows = "".join(f'<outline type="rss" text="{escape(t)}" xmlUrl="https://t{n}.example/{m}" category="/late,/x{n}"/>'
                   for n, t in enumerate(TITLES) for m in ("a", "b"))
    opml = ('<?xml version="1.0"?><opml version="1.0"><body><outline text="العالم 🌐"><outline text="Ευρώπη">'
            f"{rows}</outline></outline></body></opml>")
    assert s("import", "-", store=one, stdin=opml.encode())[:2] == (0, "imported 8 feeds\n")
    code, out, _ = s("export", store=one)
    assert code == 0
    assert s("import", "-", store=two, stdin=out.encode())[0] == 0
    assert s("export", store=two)[1] == out
    outlines = [o for o in ElementTree.fromstring(out).iter("outline") if o.get("xmlUrl")]
    assert ElementTree.fromstring(out).get("version") == "2.0" and len(outlines) == 8
    assert {o.get("title") for o in outlines} == set(TITLES), [o.get("title") for o in outlines]
    assert outlines[0].get("category").startswith("/late,/x")
    groups = [o.get("text") for o in ElementTree.fromstring(out).iter("outline") if not o.get("xmlUrl")]
    assert groups == ["العالم 🌐/Ευρώπη"], groups


def limits_are_set_and_shown(s):
    store, url = os.path.join(s.folder, "paced"), "https://courier.example/rss.xml"
    assert s("add", url, "--every-at-most", "1h", store=store)[0] == 0
    assert "set: every 60 min at the most often\n" in s("show", "courier.example", store=store)[1]
    assert s("set", url, "--every-at-least", "12h", store=store)[1] == "set 1 feed\n"
    assert "set: every 60 min at the most often, every 12 h at least\n" in s("show", "courier.example", store=store)[1]
    assert s("set", url, "--every-at-most", "default", store=store)[0] == 0
    assert "    set: every 12 h at least\n" in s("show", "courier.example", store=store)[1]


def ten_thousand_come_at_once_and_are_polled_apart(s):
    store, n = os.path.join(s.folder, "many"), 10000
    rows = "".join(f'<outline type="rss" text="Feed {i}" xmlUrl="https://site{i}.example/feed.xml"/>' for i in range(n))
    began, now = time.monotonic(), time.time() * 1000
    code, out, err = s("import", "-", store=store, stdin=f"<opml version='2.0'><body>{rows}</body></opml>".encode())
    took = time.monotonic() - began
    assert (code, out) == (0, f"imported {n} feeds\n"), (code, out, err)
    with sqlite3.connect(f"file:{store}/dateline.db?mode=ro", uri=True) as db:
        due = [row[0] - now for row in db.execute("SELECT next_poll FROM feed ORDER BY next_poll")]
    print(f"# {n} feeds in {took:.2f} s, due over {(due[-1] - due[0]) / 1000:.0f} s")
    assert took < INSTANT, took
    assert len(due) == n and due[-1] - due[0] > 150_000
    seconds = {}
    for at in due:
        seconds[int(at // 1000)] = seconds.get(int(at // 1000), 0) + 1
    assert max(seconds.values()) < 100, max(seconds.values())  # 50 a second, by chance some more
    began = time.monotonic()
    code, out, _ = s("import", "-", store=store, stdin=f"<opml version='2.0'><body>{rows}</body></opml>".encode())
    assert (code, out) == (0, f"{n} are already there\n") and time.monotonic() - began < INSTANT, out
    code, out, _ = s("list", "--failing", store=store)
    assert code == 3


def wait_for_writer(path):
    """An old socket may lie there: only who takes a connection is a writer."""
    for _ in range(500):
        with socket.socket(socket.AF_UNIX) as client:
            if client.connect_ex(path) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError("no writer")


def works_beside_a_server(s):
    server = subprocess.Popen([s.dateline, "serve", "--offline", "--store", s.store, "--listen", "127.0.0.1:0"],
                              stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for_writer(os.path.join(s.store, "write.sock"))
        assert s("add", "https://beside.example/feed")[:2] == (0, "added 1 feed\n")
        assert "https://beside.example/feed" in s("list")[1]
        assert s("remove", "https://beside.example/feed")[1].startswith("removed 1 feed;")
        doctor = subprocess.run([s.dateline, "doctor", "--store", s.store], capture_output=True, timeout=60,
                                check=False).stdout.decode()
        assert "a Dateline serves this store" in doctor and "one process writes" in doctor, doctor
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(timeout=30) == 0


def a_store_in_use_is_busy(s):
    """Somebody holds the lock and answers no request."""
    with open(os.path.join(s.store, "lock"), "a", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        code, out, err = s("add", "https://busy.example/feed")
    assert code == 5 and not out and "try again" in err, (code, err)
    assert "busy.example" not in s("list")[1]


TESTS = [added_and_removed, an_added_name_is_kept, whole_list_comes_in_and_goes_out, broken_list_costs_only_itself,
         wrong_words_change_nothing, removed_comes_back, titles_and_groups_survive, limits_are_set_and_shown,
         ten_thousand_come_at_once_and_are_polled_apart, a_store_in_use_is_busy, works_beside_a_server]


def main():
    s = Sources(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        try:
            test(s)
            print("ok", number, "-", test.__name__)
        except Exception as error:  # any fault is this test's
            print("not ok", number, "-", test.__name__)
            print("#", traceback.format_exc().replace("\n", "\n# "))
    shutil.rmtree(s.folder)
    return 0


sys.exit(main())
