#!/usr/bin/python3
"""lint.py format | tidy BUILD_DIR: clang-format over every source file, or clang-tidy over what BUILD_DIR compiles."""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

TOP = pathlib.Path(__file__).resolve().parent.parent


def run(*command):
    return subprocess.run(command, cwd=TOP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def check_format():
    files = [p for d in ("src", "tests") for p in (TOP / d).rglob("*") if p.suffix in {".h", ".cc"}]
    done = run("clang-format-14", "--dry-run", "--Werror", *sorted(map(str, files)))
    lines = [line for line in done.stdout.splitlines() if ": error: " in line]
    print(*lines, sep="\n")
    if done.returncode:
        print("./dev format mends it")
    return done.returncode


def check_tidy(build):
    commands = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    files = {str(pathlib.Path(c["directory"], c["file"]).resolve()) for c in commands}
    files = sorted(f for f in files if f.startswith(f"{TOP}/src/") and f.endswith(".cc"))
    bad = 0
    # The build is gcc's: what clang does not know of its options is no finding, nor what libbpf's macros expand to.
    ours = ("unknown-warning-option", "gnu-statement-expression", "c99-extensions")
    tidy = ("clang-tidy-14", "-p", build, "--quiet", *(f"--extra-arg=-Wno-{name}" for name in ours))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, done in zip(files, pool.map(lambda f: run(*tidy, f), files)):
            if done.returncode:
                bad += 1
                print(f"{name}:\n{done.stdout}", end="")
    print(f"clang-tidy: {len(files)} files, {bad} with findings")
    return int(bad > 0 or not files)


if __name__ == "__main__":
    if sys.argv[1:] == ["format"]:
        sys.exit(check_format())
    if len(sys.argv) == 3 and sys.argv[1] == "tidy":
        sys.exit(check_tidy(sys.argv[2]))
    sys.exit(__doc__)
