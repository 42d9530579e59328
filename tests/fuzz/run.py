#!/usr/bin/python3
"""run.py FUZZER CORPUS SECONDS: runs one libFuzzer binary for SECONDS, or $SBX_FUZZ_SECONDS, from the seeds in CORPUS.

What it discovers goes to a directory that is thrown away; a crash is printed as hex, to become a test.
"""
import os
import pathlib
import subprocess
import sys
import tempfile


def main(fuzzer, corpus, seconds):
    with tempfile.TemporaryDirectory(prefix="sbx-fuzz-") as found:
        seeds = [corpus] if pathlib.Path(corpus).is_dir() else []
        command = [fuzzer, f"-max_total_time={os.environ.get('SBX_FUZZ_SECONDS', seconds)}", "-timeout=5",
                   "-rss_limit_mb=1024", f"-artifact_prefix={found}/crash-", "-print_final_stats=1"]
        done = subprocess.run(command + [found] + seeds, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              errors="replace")
        lines = done.stdout.splitlines()
        if done.returncode == 0:
            print(*(line for line in lines if "number_of_executed_units" in line), sep="\n")
            return 0
        print(*lines[-80:], sep="\n")
        for crash in pathlib.Path(found).glob("crash-*"):
            print(f"{crash.name}: {crash.read_bytes()[:4096].hex()}")
        return 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
