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
import subprocess
import sys
import tempfile
import time
import traceback


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
    assert s("add", "https://courier.example/rss.xml", "https://x.example/a")[0] == 0
    assert s.count() == 2
    assert s("remove", "https://courier.example/rss.xml")[:2] == (0, "removed 1 feed\n")
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
                        (("add", "https://x.example/b", "--feed-kind", "rss"), "feed or sitemap"),
                        (("add",), "at least one address"), (("remove",), "at least one address")):
        code, out, err = s(*args)
        assert code == 2 and words in err and not out, (args, err)
    assert s.count() == before


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
        assert s("remove", "https://beside.example/feed")[:2] == (0, "removed 1 feed\n")
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
         wrong_words_change_nothing, a_store_in_use_is_busy, works_beside_a_server]


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
