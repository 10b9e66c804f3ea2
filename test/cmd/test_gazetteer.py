#!/usr/bin/env python3
"""`dateline gazetteer`: packed dumps of all kinds give the same file, what fails leaves the old one, kill -9 leaves no half
of one, remove undoes it. The dumps are invented (test/lang/geonames).

usage: test_gazetteer.py DATELINE FOLDER_OF_DUMPS
"""
import gzip
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile

from tap import end, ok

DATELINE, DUMPS = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
FOLDER = tempfile.mkdtemp(prefix="dateline-gazetteer-")
STORE = os.path.join(FOLDER, "store")
FILE = os.path.join(STORE, "gazetteer.places")


def dump(name):
    return os.path.join(DUMPS, name)


def read(path):
    with open(path, "rb") as file:
        return file.read()


def written(name, data):
    path = os.path.join(FOLDER, name)
    with open(path, "wb") as file:
        file.write(data)
    return path


def run(*args):
    done = subprocess.run([DATELINE, "gazetteer", *args, "--store", STORE], capture_output=True, timeout=60, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def rows_of(data):
    """Of a compiled file: all but its note, which names the inputs."""
    return data[128:data.rindex(b'{"source"')]


def packed():
    places = read(dump("places.txt"))
    run("import", dump("places.txt"))
    plain = rows_of(read(FILE))
    twice = gzip.compress(places[:700]) + gzip.compress(places[700:])
    for name, data in (("two-members.gz", twice), ("crlf.txt", places.replace(b"\n", b"\r\n")),
                       ("no-end.txt", places.rstrip(b"\n"))):
        code, _, error = run("import", written(name, data))
        ok(code == 0 and rows_of(read(FILE)) == plain, f"{name} gives the same places as the plain dump", error)
    big = places + b"".join(places.replace(b"9100", b"%d" % n) for n in range(8000, 8600))
    zipped = os.path.join(FOLDER, "big.zip")
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("big.txt", big)
    run("import", written("big.txt", big))
    plain = rows_of(read(FILE))
    code, _, error = run("import", zipped)
    ok(code == 0 and rows_of(read(FILE)) == plain, "a ZIP of more than a buffer, too", error)
    data = bytearray(read(zipped))
    data[len(data) // 2] ^= 0x55
    code, _, error = run("import", written("flipped.zip", bytes(data)))
    ok(code == 1 and "damaged" in error and rows_of(read(FILE)) == plain,
       "a damaged ZIP is refused and the old file stays", error)
    run("import", dump("places.txt"))


def long_lines():
    code, _, error = run("import", written("long.txt", read(dump("places.txt")) + b"x" * 400000 + b"\n"))
    ok(code == 0 and "long.txt:16: the line is longer" in error, "a line past the limit is named and skipped", error)


def failing():
    run("import", dump("places.txt"))
    before = read(FILE)
    for name, args in (("no file", ["nowhere.txt"]), ("no dump", [dump("README.md")]), ("a folder", [DUMPS]),
                       ("names without places", [dump("alternateNamesV2.txt")]),
                       ("a good one and a bad one", [dump("places.txt"), dump("README.md")]),
                       ("a cut archive", [written("cut.gz", gzip.compress(before)[:200])])):
        code, _, error = run("import", *args)
        ok(code == 1 and read(FILE) == before and error.startswith("dateline gazetteer: "),
           f"{name}: an error, and the old file stays", error)
    ok(os.listdir(STORE) == ["gazetteer.places"], "nothing is left beside it", os.listdir(STORE))


def killed():
    line = read(dump("places.txt")).splitlines()[3]
    many = b"\n".join(line.replace(b"910010", b"%d" % (n + 1), 1) for n in range(300000))
    path = written("many.txt", many)
    before = read(FILE)
    for wait in (0.05, 0.3, 0.8):
        with subprocess.Popen([DATELINE, "gazetteer", "import", path, "--store", STORE],
                              stdout=subprocess.DEVNULL) as p:
            time.sleep(wait)
            p.send_signal(signal.SIGKILL)
    ended = run("show", "--json")
    ok(read(FILE) == before or json.loads(ended[1])["rows"] == 300000, "kill -9 leaves the old file or the new one, whole",
       ended)
    ok(ended[0] == 0, "and it can be read", ended)
    run("import", path)
    ok(os.listdir(STORE) == ["gazetteer.places"], "the next import clears what was left", os.listdir(STORE))


def removed():
    run("import", dump("places.txt"))
    code, out, _ = run("show", "莲山")
    ok(code == 0 and "1,250,000 people" in out, "show finds an imported name", out)
    code, _, _ = run("remove")
    ok(code == 0 and not os.path.exists(FILE), "remove takes it away")
    code, out, _ = run("show")
    ok(code == 0 and "Nothing was imported" in out, "then show says that there is none", out)
    ok(run("show", "莲山")[0] == 3 and run("remove")[0] == 3, "and nothing is found, exit code 3")


def analysed():
    run("import", dump("places.txt"), dump("alternateNamesV2.txt"))
    chinese = "官员周一在莲山市说，桥梁已经关闭。"
    for text, language, name in ((chinese, "zh", "Lianshan"),
                                 ("قال المتحدث في دار البحر إن الطريق مغلق.", "ar", "Dar al-Bahr"),
                                 ("The minister was speaking in Veldstad on Monday.", "en", "Veldstad")):
        found = [places_of(text, language, *more) for more in ((), ("--gazetteer", "none"))]
        ok(name in found[0] and name not in found[1], f"{name} is found in {language} after the import", found)
    done = subprocess.run([DATELINE, "analyse", "--gazetteer", dump("README.md"), "-"], input=b"x", capture_output=True,
                          check=False)
    ok(done.returncode == 1 and b"no gazetteer" in done.stderr, "a file that is none is refused", done.stderr)
    ndjson = written("one.ndjson", json.dumps({"id": "a", "title": "桥梁关闭", "text": chinese, "language": "zh",
                                               "published": "2024-05-01T10:00:00Z",
                                               "url": "https://news.example/a"}).encode())
    subprocess.run([DATELINE, "ingest", ndjson, "--store", STORE], capture_output=True, check=True)
    told = subprocess.run([DATELINE, "export", "--format", "ndjson", "--store", STORE], capture_output=True, check=False)
    ok(b'"Lianshan"' in told.stdout, "ingest uses it as well", told.stdout[:2000] + told.stderr)


def hostile():
    victim = written("victim", b"mine")
    os.symlink(victim, FILE + ".part")
    before = read(FILE)
    code, _, error = run("import", dump("places.txt"))
    ok(code == 1 and read(victim) == b"mine" and read(FILE) == before, "a link beside the file is not followed", error)
    os.unlink(FILE + ".part")
    ugly = os.path.join(FOLDER, "ugly.zip")
    with zipfile.ZipFile(ugly, "w") as pack:
        pack.writestr("a\x1b]0;x\x07\u202e.txt", read(dump("places.txt")) + b"7\tbroken\n")
    code, _, error = run("import", ugly)
    ok(code == 0 and "left out" in error and not set(error) & {"\x1b", "\x07", "\u202e"}, "names in an archive cannot steer a terminal",
       error)
    many = os.path.join(FOLDER, "many.zip")
    with zipfile.ZipFile(many, "w") as pack:
        for n in range(100):
            pack.writestr(f"{n}.txt", b"x\n")
    code, _, error = run("import", many)
    ok(code == 1 and "more than 64 files" in error, "an archive of very many files is refused", error)
    with open(FILE + ".part", "wb") as left:
        left.write(b"what a killed import left")
    run("remove")
    ok(not [n for n in os.listdir(STORE) if "gazetteer" in n], "remove takes away what a killed import left", os.listdir(STORE))
    with open(FILE, "wb") as damaged:
        damaged.write(b"DLPLACES")
    article = written("article.txt", b"The minister said on Monday that the bridge is closed.")
    done = subprocess.run([DATELINE, "trace", "--store", STORE, article], capture_output=True, check=False)
    ok(done.returncode == 0 and b"imported places are not used" in done.stderr, "trace goes on without a damaged file", done.stderr)


def small_ones():
    """Parts of a country without people, as most are in the dumps, are no match for cities of that name."""
    row = read(dump("places.txt")).splitlines()[2].split(b"\t")
    lines = []
    for n, name in enumerate((b"Kharkiv", b"Odesa")):
        row[0], row[1], row[2], row[3], row[7], row[8], row[14] = b"%d" % (920001 + n), name, name, b"", b"ADM4", b"PL", b"0"
        lines.append(b"\t".join(row))
    run("import", written("small.txt", b"\n".join(lines)))
    text = "Russia struck Kharkiv on Monday. Two people were killed in Odesa."
    done = subprocess.run([DATELINE, "analyse", "--lang", "en", "--store", STORE, "-"], input=text.encode(), capture_output=True,
                          check=True)
    lands = {p["name"]: p.get("country") for p in json.loads(done.stdout)["places"]}
    ok(lands.get("Kharkiv") == "UA" and lands.get("Odesa") == "UA", "a part without people is no match for a city", lands)


def places_of(text, language, *more):
    done = subprocess.run([DATELINE, "analyse", "--lang", language, "--store", STORE, *more, "-"], input=text.encode(),
                          capture_output=True, check=True)
    return [p["name"] for p in json.loads(done.stdout)["places"] if "lat" in p]  # what nobody knows has no point


packed()
long_lines()
failing()
killed()
analysed()
small_ones()
hostile()
removed()
sys.exit(end())
