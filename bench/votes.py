"""The ten labeling functions of workload.ts as numpy would do them: codes of the vote patterns, then their histogram.

Prints one JSON line: seconds for whole arrays and for chunks of 65,536 rows (medians), and the rows.
"""
import json
import statistics
import sys
import time

import numpy as np

rows = int(sys.argv[1])
random = np.random.default_rng(7)
u = random.random((5, rows))
port = np.floor(u[0] * 65536)
protocol = np.where(u[1] < 0.5, 17.0, 6.0)
packets = np.floor(1 / (1 - u[2] * 0.999))
size = u[3] * 1500
duration = u[4] * 120
del u


def p(column, q):
    return float(np.quantile(column[:100000], q))


s25, s50, s75 = p(size, 0.25), p(size, 0.5), p(size, 0.75)
k25, k50, k75 = p(packets, 0.25), p(packets, 0.5), p(packets, 0.75)
many = float(packets[:100000].mean() + packets[:100000].std())
d90 = p(duration, 0.9)
web = np.array([80.0, 443.0, 8080.0])


def codes(port, protocol, packets, size, duration):
    votes = [
        (port <= 6600, 2),
        (port >= 9000, 1),
        (size <= s25, 1),
        (size >= s75, 2),
        (packets <= k25, 1),
        (packets >= many, 2),
        ((protocol == 17) & (port == 123) & (size >= s50), 2),
        ((port == web[0]) | (port == web[1]) | (port == web[2]), 1),
        ((duration >= d90) & (packets <= k50), 1),
        (packets / (duration + 1) >= k75, 2),
    ]
    code = np.zeros(len(port), np.int32)
    weight = 1
    for condition, digit in votes:
        code += condition * np.int32(digit * weight)
        weight *= 3
    return np.bincount(code, minlength=3**10)


def whole():
    return codes(port, protocol, packets, size, duration)


def chunked(step=65536):
    total = np.zeros(3**10, np.int64)
    for start in range(0, rows, step):
        part = slice(start, start + step)
        total += codes(port[part], protocol[part], packets[part], size[part], duration[part])
    return total


assert (whole() == chunked()).all()


def measure(work):
    seconds = []
    for _ in range(5):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


print(json.dumps({"numpy": np.__version__, "rows": rows, "whole": measure(whole), "chunked": measure(chunked)}))
