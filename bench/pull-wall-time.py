#!/usr/bin/env python3
"""How long a pull of each source takes at its permitted rate, against the least that the rate allows.

Plays the vendors in a process of their own, with answers that are late by a given time, and pulls each source with the
shipped configuration and the shipped rates. Prints for each source the requests that came to the vendor, the permitted rate,
the time from the pull's beginning to its end, and its ratio to requests / rate + one answer. Needs Python 3.8 and a built
checkout (./caravan --help builds it). Writes bench/results/pull-wall-time.json.

    bench/pull-wall-time.py [--late-ms 300] [--sources artemis,velo,...]
"""

import argparse
import datetime
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time
import urllib.request

HOME = pathlib.Path(__file__).resolve().parent.parent
# Requests and seconds, as config/application.properties has them for these tiers.
RATES = {
    "artemis": (1, 1),
    "defillama": (5, 1),
    "velo": (120, 30),
    "coingecko": (6, 60),
    "alphavantage": (75, 60),
}


def sandbox(late_ms):
    command = [str(HOME / "caravan"), "sandbox"]
    if late_ms:
        command += ["--fault", "*:slow:delay_ms=%d" % late_ms]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    urls = {}
    for line in process.stdout:
        if line.startswith("#"):
            break
        name, _, url = line.strip().partition("=")
        urls[name] = url
    return process, urls


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--late-ms", type=int, default=300)
    parser.add_argument("--sources", default=",".join(RATES))
    options = parser.parse_args()
    vendors, urls = sandbox(options.late_ms)
    rows = []
    try:
        with tempfile.TemporaryDirectory() as data:
            environment = dict(os.environ, **urls)
            environment.update(
                ARTEMIS_API_KEY="key-of-the-benchmark-artemis",
                VELO_API_KEY="key-of-the-benchmark-velo",
                ALPHAVANTAGE_API_KEY="premium-key-of-the-benchmark",
                ALPHAVANTAGE_API_TIER="premium",
            )
            base = [str(HOME / "caravan"), "--data-dir", data]
            subprocess.run(base + ["setup"], check=True, env=environment, stdout=subprocess.DEVNULL)
            for source in options.sources.split(","):
                subprocess.run(base + ["pull", source], env=environment, check=False)
            report = json.loads(
                subprocess.run(base + ["sources", "--json"], env=environment, check=True, capture_output=True, text=True).stdout
            )
            origin = "/".join(urls["VELO_API_URL"].split("/")[:3])
            arrivals = json.load(urllib.request.urlopen(origin + "/sandbox/requests", timeout=10))
            for source in report["sources"]:
                name = source["name"]
                if name not in arrivals or name not in RATES:
                    continue
                began = datetime.datetime.fromisoformat(source["last_pull"].replace("Z", "+00:00"))
                ended = datetime.datetime.fromisoformat(source["pull"]["finished_at"].replace("Z", "+00:00"))
                requests = arrivals[name]["requests"]
                count, seconds = RATES[name]
                least = requests * seconds / count + options.late_ms / 1000
                wall = (ended - began).total_seconds()
                rows.append(
                    dict(
                        source=name,
                        status=source["last_status"],
                        requests=requests,
                        rate="%d/%ds" % (count, seconds),
                        wall_seconds=round(wall, 2),
                        span_seconds=round(arrivals[name]["span_ms"] / 1000, 2),
                        least_seconds=round(least, 2),
                        ratio=round(wall / least, 3),
                    )
                )
    finally:
        vendors.send_signal(signal.SIGTERM)
        vendors.wait(timeout=30)
    results = HOME / "bench" / "results"
    results.mkdir(exist_ok=True)
    (results / "pull-wall-time.json").write_text(
        json.dumps(dict(at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), late_ms=options.late_ms, pulls=rows), indent=2) + "\n"
    )
    for row in rows:
        print(
            "%(source)-13s %(status)-8s %(requests)4d requests at %(rate)-7s %(wall_seconds)7.2f s, least %(least_seconds)7.2f s,"
            " ratio %(ratio).3f (first to last arrival %(span_seconds).2f s)" % row
        )


if __name__ == "__main__":
    main()
