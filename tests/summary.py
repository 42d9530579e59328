#!/usr/bin/python3
"""summary.py BUILD_DIR...: counts what meson ran there; the last line is `N passed, N failed`.

A test that reports cases of its own (Catch2, or TAP as the scripts under tests/ print it) counts each of them.
Nothing can be skipped: whatever did not pass, failed.
"""
import json
import pathlib
import re
import sys

CATCH_ALL = re.compile(r"All tests passed \(.* in (\d+) test cases?\)")
CATCH_SOME = re.compile(r"^test cases: *(\d+) \|(?: *(\d+) passed)?", re.M)
TAP = re.compile(r"^(ok|not ok) \d+", re.M)


def count(record):
    """(passed, failed) of one line of testlog.json."""
    out, good = record.get("stdout") or "", record["result"] == "OK"
    cases = TAP.findall(out)
    if cases:
        passed, failed = cases.count("ok"), cases.count("not ok")
    elif found := CATCH_ALL.search(out):
        passed, failed = int(found[1]), 0
    elif found := CATCH_SOME.search(out):
        passed, failed = int(found[2] or 0), int(found[1]) - int(found[2] or 0)
    else:
        return int(good), int(not good)
    # Died on the way, or disagrees with what it printed: that is a failure whatever was counted.
    return passed, failed or int(not good)


def main(dirs):
    passed = failed = 0
    for build in dirs:
        log = pathlib.Path(build) / "meson-logs" / "testlog.json"
        records = [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []
        if not records:
            print(f"{build}: no test ran")
            failed += 1
        for record in records:
            good, bad = count(record)
            passed, failed = passed + good, failed + bad
            if bad:
                print(f"failed: {record['name']} in {build} ({record['result']}, {bad} of {good + bad})")
                print(*("  " + line for line in (record.get("stdout") or "").splitlines() if line.startswith("not ok")),
                      sep="\n")
    print(f"{passed} passed, {failed} failed")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
