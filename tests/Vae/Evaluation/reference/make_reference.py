# Makes data.csv, seven small data sets with ties; scikit-learn.csv, what scikit-learn and a plain computation over all pairs say of them;
# and normal-tail.csv, the upper tail of the normal distribution.
#
#   /usr/bin/python3 make_reference.py
#
# No random number of a library is used, so that data.csv is the same everywhere. Versions: see the first line of each file.

import math
import platform

import mpmath
import numpy
import sklearn
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve


def draws(seed):
    """Numbers uniform in [0, 1) of a linear congruential generator."""
    while True:
        seed = (1103515245 * seed + 12345) % 2**31
        yield (seed >> 8) / 2**23


def draw(seed, normals, anomalies, step, shift):
    """Two scores, correlated, on a grid of the given step, which makes the ties; anomalies are shifted."""
    u = draws(seed)
    rows = []
    for i in range(normals + anomalies):
        anomaly = i % ((normals + anomalies) // anomalies) == 0 and sum(row[2] for row in rows) < anomalies
        common = next(u) + next(u) + shift * anomaly
        first, second = common + next(u), common + 2 * next(u)
        rows.append((math.floor(first / step) * step, math.floor(second / step) * step, int(anomaly)))
    return rows


mpmath.mp.dps = 40

SETS = {
    "hand": [(.125, .5, 0), (.5, .5, 0), (.375, .75, 1), (.75, .125, 1)],
    "ties": draw(1, 40, 20, .5, .5),
    "rare": draw(2, 95, 5, .125, .75),
    "fine": draw(3, 400, 100, 2**-12, .375),
    "perfect": [(i / 4, i % 3, int(i >= 12)) for i in range(20)],
    "reversed": [(-i / 4, i % 5, int(i >= 12)) for i in range(20)],
    "constant": [(1, i % 4, int(i % 3 == 0)) for i in range(21)],
}


def components(scores, truth):
    """DeLong's structural components by their definition, over all pairs."""
    x, y = scores[truth == 1], scores[truth == 0]
    psi = (x[:, None] > y[None, :]) + .5 * (x[:, None] == y[None, :])
    return psi.mean(axis=1), psi.mean(axis=0)


def covariance(a, b):
    (a10, a01), (b10, b01) = a, b
    return numpy.cov(a10, b10)[0, 1] / len(a10) + numpy.cov(a01, b01)[0, 1] / len(a01)


with open("data.csv", "w") as out:
    out.write("set,first,second,isAnomaly\n")
    for name, rows in SETS.items():
        for first, second, anomaly in rows:
            assert float(numpy.float32(first)) == first and float(numpy.float32(second)) == second
            out.write(f"{name},{first!r},{second!r},{anomaly}\n")

with open("scikit-learn.csv", "w") as out:
    out.write(f"# python {platform.python_version()}, scikit-learn {sklearn.__version__}, numpy {numpy.__version__}: /usr/bin/python3 make_reference.py\n")
    out.write("set,score,auroc,averagePrecision,fprAt95Tpr,tprAt5Fpr,variance,covariance\n")
    for name, rows in SETS.items():
        first, second, truth = (numpy.array(column, dtype=float) for column in zip(*rows))
        both = covariance(components(first, truth), components(second, truth))
        for score, values in (("first", first), ("second", second)):
            fpr, tpr, _ = roc_curve(truth, values, drop_intermediate=False)
            variance = covariance(components(values, truth), components(values, truth))
            figures = [roc_auc_score(truth, values), average_precision_score(truth, values), fpr[numpy.argmax(tpr >= .95)], tpr[fpr <= .05].max(), variance, both]
            out.write(",".join([name, score, *(f"{figure:.17g}" for figure in figures)]) + "\n")

with open("normal-tail.csv", "w") as out:
    out.write(f"# python {platform.python_version()}, mpmath {mpmath.__version__} with 40 digits: /usr/bin/python3 make_reference.py\n")
    out.write("z,upperTail\n")
    for i in [*range(0, 50), *range(50, 376, 5)]:
        out.write(f"{i / 10!r},{float(mpmath.erfc(mpmath.mpf(i / 10) / mpmath.sqrt(2)) / 2):.17g}\n")
