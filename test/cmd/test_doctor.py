#!/usr/bin/env python3
"""`dateline doctor` finds what is wrong: another schema, damage, a second writer, a port in use.

usage: test_doctor.py DATELINE MAKE_WORLD
"""
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile

NAMES = ["data directory", "disk", "server", "schema", "SQLite rule", "libraries", "clock", "sandbox",
         "certificates", "network", "limits", "port"]


class Doctor:
    def __init__(self, dateline, make_world):
        self.dateline, self.folder, self.number = dateline, tempfile.mkdtemp(prefix="dateline-doctor-"), 0
        self.make_world = make_world

    def world(self):
        self.number += 1
        path = os.path.join(self.folder, f"store-{self.number}")
        os.mkdir(path, 0o700)
        subprocess.run([self.make_world, path], check=True)
        return path

    def ask(self, store, *options):
        done = subprocess.run([self.dateline, "doctor", "--json", "--store", store] + list(options),
                              capture_output=True, timeout=60, check=False)
        answer = json.loads(done.stdout)
        return done.returncode, answer, {c["name"]: c for c in answer["checks"]}


def state_of(checks, name):
    return checks[name]["state"]


def healthy_store(d):
    code, answer, checks = d.ask(d.world(), "--listen", "127.0.0.1:1")
    assert set(NAMES) <= set(checks), checks.keys()
    for name in ("data directory", "schema", "SQLite rule", "libraries", "conservation", "database"):
        assert state_of(checks, name) == "ok", checks[name]
    assert "8 documents" not in checks["conservation"]["what"] or code in (0, 1)
    assert answer["fit"] == (code == 0)


def no_store_is_no_fault(d):
    _, _, checks = d.ask(os.path.join(d.folder, "not", "there"))
    assert state_of(checks, "schema") == "ok" and "no store yet" in checks["schema"]["what"]
    assert not os.path.exists(os.path.join(d.folder, "not"))


def another_schema_is_bad(d):
    store = d.world()
    db = sqlite3.connect(os.path.join(store, "dateline.db"))
    db.execute("PRAGMA user_version=99")
    db.close()
    code, answer, checks = d.ask(store)
    assert code == 1 and answer["fit"] is False
    assert state_of(checks, "schema") == "bad" and "99" in checks["schema"]["what"]
    assert checks["schema"]["next"]


def damage_is_bad(d):
    store = d.world()
    path = os.path.join(store, "dateline.db")
    db = sqlite3.connect(path)
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    size = os.path.getsize(path)
    with open(path, "r+b") as file:
        for at in range(16384 * 3, size - 16384, 16384):
            file.seek(at)
            file.write(b"\xff" * 12000)
    code, _, checks = d.ask(store)
    assert code == 1
    assert "bad" in (state_of(checks, "schema"), checks.get("database", {}).get("state"),
                     checks.get("conservation", {}).get("state")), checks


def a_second_writer_is_bad(d):
    store = d.world()
    path = os.path.join(store, "dateline.db")
    held = [subprocess.Popen([sys.executable, "-c", "import sys; f = open(sys.argv[1], 'r+b'); "
                              "print('open', flush=True); sys.stdin.read()", path],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE) for _ in range(2)]
    for process in held:
        process.stdout.readline()
    code, _, checks = d.ask(store)
    for process in held:
        process.stdin.close()
        process.wait(timeout=20)
    assert code == 1 and state_of(checks, "SQLite rule") == "bad", checks["SQLite rule"]
    assert checks["SQLite rule"]["what"].startswith("2 processes")


def one_writer_is_right(d):
    store = d.world()
    with open(os.path.join(store, "dateline.db"), "r+b"):
        _, _, checks = d.ask(store)
    assert state_of(checks, "SQLite rule") == "ok" and "one process writes" in checks["SQLite rule"]["what"]


def open_folder_is_warned_of(d):
    store = d.world()
    os.chmod(store, 0o755)
    _, _, checks = d.ask(store)
    assert state_of(checks, "data directory") == "warn" and "755" in checks["data directory"]["what"]


def port_in_use_is_warned_of(d):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        _, _, checks = d.ask(d.world(), "--listen", f"127.0.0.1:{taken.getsockname()[1]}")
    assert state_of(checks, "port") == "warn" and "--listen" in checks["port"]["next"]


def text_has_the_same(d):
    store = d.world()
    done = subprocess.run([d.dateline, "doctor", "--store", store], capture_output=True, timeout=60, check=False)
    text = done.stdout.decode()
    for name in NAMES:
        assert name in text, name
    assert "\x1b" not in text


TESTS = [healthy_store, no_store_is_no_fault, another_schema_is_bad, damage_is_bad, a_second_writer_is_bad,
         one_writer_is_right, open_folder_is_warned_of, port_in_use_is_warned_of, text_has_the_same]


def main():
    d = Doctor(os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2]))
    print(f"1..{len(TESTS)}")
    for number, test in enumerate(TESTS, 1):
        try:
            test(d)
            print("ok", number, "-", test.__name__)
        except Exception as error:  # any fault is this test's
            print("not ok", number, "-", test.__name__)
            print(f"# {type(error).__name__}: {error}")
    shutil.rmtree(d.folder)
    return 0


sys.exit(main())
