#!/usr/bin/env python3
"""The EXAMPLE world is whole: languages, order, marks, copies that are copies, nothing real. TAP out.

demo_key.json names which articles are copies, translations, hardenings, denials and corrections; it is
not part of the data, so that the pipeline has to find out for itself.

usage: test_demo_data.py FILE.ndjson
"""
import json
import os
import re
import sys
import unicodedata
import urllib.parse

HERE = os.path.dirname(os.path.abspath(__file__))
LEAST_ARTICLES, LEAST_STORIES, LEAST_OUTLETS = 72, 8, 20
LANGUAGES = {"en", "fr", "de", "es", "pt", "ru", "ar", "fa", "zh", "tr"}
KINDS = {"agency", "state-media", "public-broadcaster", "private", "government", "igo", "ngo",
         "hazard"}
WORDS, CHARACTERS = (120, 350), (200, 700)
SHINGLE, LEAST_SHARED, MOST_SHARED_OTHERWISE = 5, 0.8, 0.5
FIELDS = {"at_ms": int, "id": str, "url": str, "outlet": str, "outlet_name": str, "outlet_kind": str,
          "language": str, "as": str, "published_offset_ms": int, "title": str, "text": str}
# ISO 3166-1 leaves XA to XZ to its users; XK and XZ are in use for real places.
FICTIONAL = re.compile(r"X[A-JL-Y]")
SCRIPTS = {"ru": "CYRILLIC", "ar": "ARABIC", "fa": "ARABIC", "zh": "CJK"}
REAL = """Afghanistan Albania Algeria Andorra Angola Argentina Armenia Australia Austria Azerbaijan
Bahamas Bahrain Bangladesh Barbados Belarus Belgium Belize Benin Bhutan Bolivia Bosnia Botswana Brazil
Brunei Bulgaria Burundi Cambodia Cameroon Canada Chad Chile China Colombia Comoros Congo Croatia Cuba
Cyprus Czechia Denmark Djibouti Dominica Ecuador Egypt Eritrea Estonia Eswatini Ethiopia Fiji Finland
France Gabon Gambia Georgia Germany Ghana Greece Grenada Guatemala Guinea Guyana Haiti Honduras Hungary
Iceland India Indonesia Iran Iraq Ireland Israel Italy Jamaica Japan Jordan Kazakhstan Kenya Kiribati
Korea Kosovo Kuwait Kyrgyzstan Laos Latvia Lebanon Lesotho Liberia Libya Liechtenstein Lithuania
Luxembourg Madagascar Malawi Malaysia Maldives Mali Malta Mauritania Mauritius Mexico Micronesia Moldova
Monaco Mongolia Montenegro Morocco Mozambique Myanmar Namibia Nauru Nepal Netherlands Nicaragua Niger
Nigeria Macedonia Norway Oman Pakistan Palau Palestine Panama Paraguay Peru Philippines Poland Portugal
Qatar Romania Russia Rwanda Samoa Senegal Serbia Seychelles Singapore Slovakia Slovenia Somalia Spain
Sudan Suriname Sweden Switzerland Syria Taiwan Tajikistan Tanzania Thailand Togo Tonga Tunisia Turkey
Türkiye Turkmenistan Tuvalu Uganda Ukraine Uruguay Uzbekistan Vanuatu Vatican Venezuela Vietnam Yemen
Zambia Zimbabwe Allemagne Deutschland Frankreich Russland España Francia Alemania Rusia França Alemanha
Rússia Россия России Украина Украины Германия Франция Китай США روسيا مصر سوريا العراق إيران فرنسا
ایران روسیه عراق آمریکا Almanya Fransa Rusya İran""".split()
REAL_CHINESE = "中国 美国 俄罗斯 日本 法国 德国 英国 印度 伊朗 韩国 巴西 西班牙 土耳其".split()


def shingles(row):
    text = row["text"]
    units = [c for c in text if c.isalnum()] if row["language"] == "zh" else re.findall(r"\w+", text.lower())
    return {tuple(units[i:i + SHINGLE]) for i in range(len(units) - SHINGLE + 1)}


def shared(one, other):
    a, b = shingles(one), shingles(other)
    return len(a & b) / min(len(a), len(b))


def length_is_right(row):
    if row["language"] == "zh":
        return CHARACTERS[0] <= len(row["text"]) <= CHARACTERS[1]
    return WORDS[0] <= len(row["text"].split()) <= WORDS[1]


def is_in_its_script(row):
    letters = [c for c in row["text"] if c.isalpha()]
    own = sum(unicodedata.name(c, "").startswith(SCRIPTS.get(row["language"], "LATIN")) for c in letters)
    return own >= 0.8 * len(letters)


def real_names(row):
    everything = " ".join(str(row.get(f, "")) for f in ("title", "subtitle", "text", "outlet_name"))
    found = [w for w in REAL if re.search(rf"\b{w}\b", everything)]
    return found + [w for w in REAL_CHINESE if w in everything]


def form_checks(rows):
    ids = [r["id"] for r in rows]
    yield "every field with its type", [f"{r.get('id')}: {f}" for r in rows for f, t in FIELDS.items()
                                        if not isinstance(r.get(f), t) or r[f] == ""]
    yield "ids are unique", sorted({i for i in ids if ids.count(i) > 1})
    yield "order of arrival", [b["id"] for a, b in zip(rows, rows[1:]) if a["at_ms"] > b["at_ms"]]
    yield "published before the replay starts", [r["id"] for r in rows if r["published_offset_ms"] > 0]
    yield "every headline begins with EXAMPLE", [r["id"] for r in rows
                                                 if not r["title"].startswith("EXAMPLE: ")]
    yield "addresses are below .example, of the outlet", [
        r["url"] for r in rows
        if urllib.parse.urlsplit(r["url"])[:2] != ("https", r["outlet"] + ".example")]
    yield "countries are user-assigned codes", [
        r["id"] for r in rows if not (FICTIONAL.fullmatch(r["country"]) if "country" in r
                                      else r["outlet_kind"] == "igo")]
    yield "kinds are those of the sources", sorted({r["outlet_kind"] for r in rows} - KINDS)
    yield "one name, kind and country an outlet", sorted(
        {r["outlet"] for r in rows for s in rows if r["outlet"] == s["outlet"]
         and any(r.get(f) != s.get(f) for f in ("outlet_name", "outlet_kind", "country"))})
    yield "delivered in each of three ways", sorted({"page", "feed", "article"} ^ {r["as"] for r in rows})
    yield "no markup", [r["id"] for r in rows
                        if re.search(r"[<>]|&\w+;|\r|\t", r["title"] + r.get("subtitle", "") + r["text"])]
    yield "length", [r["id"] for r in rows if not length_is_right(r)]
    yield "text in the script of its language", [r["id"] for r in rows if not is_in_its_script(r)]
    yield "no real country", [f"{r['id']}: {real_names(r)}" for r in rows if real_names(r)]


def world_checks(rows, key):
    of = {r["id"]: r for r in rows}
    copies, corrections = key["copies"], key["corrections"]
    named = [i for story in key["stories"].values() for i in story]
    yield "the key names every article once", sorted(set(named) ^ set(of)) + sorted(
        {i for i in named if named.count(i) > 1})
    yield "enough articles, stories, outlets", [] if len(rows) >= LEAST_ARTICLES and \
        len(key["stories"]) >= LEAST_STORIES and len({r["outlet"] for r in rows}) >= LEAST_OUTLETS \
        else [f"{len(rows)} articles"]
    yield "ten languages, each in several stories", sorted(LANGUAGES ^ {r["language"] for r in rows}) + [
        language for language in LANGUAGES
        if sum(any(of[i]["language"] == language for i in s) for s in key["stories"].values()) < 2]
    yield "copies share their shingles, arrive later, from another outlet", [
        f"{a}: {shared(of[a], of[b]):.2f}" for a, b in copies
        if shared(of[a], of[b]) < LEAST_SHARED or of[a]["at_ms"] <= of[b]["at_ms"]
        or of[a]["outlet"] == of[b]["outlet"] or of[a]["title"] == of[b]["title"]]
    family = {frozenset(p) for p in copies + corrections} | {
        frozenset((a, c)) for a, b in copies for c, d in copies if b == d}
    yield "no other two are near-copies", [
        f"{a['id']} {b['id']}" for n, a in enumerate(rows) for b in rows[n + 1:]
        if a["language"] == b["language"] and frozenset((a["id"], b["id"])) not in family
        and shared(a, b) > MOST_SHARED_OTHERWISE]
    yield "translations are in another language", [
        a for a, b in key["translations"] if of[a]["language"] == of[b]["language"]]
    yield "a correction keeps address and date, changes the text", [
        a for a, b in corrections if of[a]["url"] != of[b]["url"] or of[a]["text"] == of[b]["text"]
        or of[a]["published_offset_ms"] != of[b]["published_offset_ms"]
        or of[a]["at_ms"] <= of[b]["at_ms"]]
    urls = [r["url"] for r in rows]
    yield "no other address comes twice", sorted(
        {u for u in urls if urls.count(u) > 1} - {of[a]["url"] for a, _ in corrections})
    yield "hardening and denials are there", [] if len(key["hardening"]) >= 3 and \
        len(key["denials"]) >= 3 and all(i in of for i in key["denials"]) else ["too few"]


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    with open(os.path.join(HERE, "demo_key.json"), encoding="utf-8") as file:
        key = json.load(file)
    results = list(form_checks(rows)) + list(world_checks(rows, key))
    print(f"1..{len(results)}")
    for number, (name, wrong) in enumerate(results, 1):
        print(("not ok" if wrong else "ok"), number, "-", name)
        for line in wrong[:10]:
            print("#", line)
    return 0


sys.exit(main())
