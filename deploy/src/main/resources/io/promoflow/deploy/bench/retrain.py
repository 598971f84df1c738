"""The rival of the row "scikit-learn": retrains on one window, again and again, and prints one line of JSON.

Arguments: file, width, rows of the window, first row, k-means algorithm, solver, seconds.
"""
import json
import sys
import time
import warnings

import numpy
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss

warnings.filterwarnings("ignore")
file, width, rows, first, algorithm, solver, seconds = sys.argv[1:]
width, rows, first, seconds = int(width), int(rows), int(first), float(seconds)
table = numpy.fromfile(file, dtype="<f8").reshape(-1, width + 1)[first : first + rows]
x = numpy.ascontiguousarray(table[:, :width])
y = numpy.ascontiguousarray(table[:, width])


def retrain():
    k_means = KMeans(n_clusters=8, n_init=1, max_iter=20, algorithm=algorithm, random_state=1).fit(x)
    logistic = LogisticRegression(penalty=None, solver=solver, tol=1e-6, max_iter=200).fit(x, y)
    return k_means, logistic


def repeat(duration):
    until = time.perf_counter() + duration
    count = 0
    while True:
        models = retrain()
        count += 1
        if time.perf_counter() >= until:
            return count, models


repeat(seconds / 3)
cpu, began = time.process_time(), time.perf_counter()
count, (k_means, logistic) = repeat(seconds)
took, cpu = time.perf_counter() - began, time.process_time() - cpu
print(
    json.dumps(
        {
            "figure": count / took,
            "cpuSeconds": cpu,
            "checksum": "",
            "more": {
                "inertia": float(k_means.inertia_),
                "logLoss": float(log_loss(y, logistic.predict_proba(x)[:, 1])),
                "retrains": float(count),
            },
        }
    )
)
