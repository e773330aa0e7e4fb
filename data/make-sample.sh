#!/bin/sh
# Makes data/sample: the first 300 training and the first 100 test images of each of the ten classes, in their original order.
#
#   data/make-sample.sh [SOURCE [DESTINATION]]
#
# SOURCE holds the four whole files, plain or .gz: by default data/fashion-mnist beside this script, else the place of Debian's package
# dataset-fashion-mnist. DESTINATION is data/sample by default. Needs python3 (standard library) and nothing else.
# The content written is always the same; so are the .gz bytes wherever python3 is built with the classic zlib (others deflate differently).
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
source=${1:-}
if [ -z "$source" ]; then
    source=$here/fashion-mnist
    [ -d "$source" ] || source=/usr/share/datasets/fashion-mnist
fi
destination=${2:-$here/sample}
mkdir -p "$destination"

exec python3 - "$source" "$destination" <<'PYTHON'
import hashlib, os, struct, sys, zlib

SOURCE, DESTINATION = sys.argv[1:]
CLASSES = 10

# Name of the pair, images kept of each class, then SHA-256 of the whole file's content and of the sample's, for images and labels.
SETS = [
    ("train", 300,
     "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", "ee31c1e1edb79ee04ce6a320d9e6e856628d3ea2b7aaa437891f46fdbdec9f93",
     "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9", "a7901365666c760d2e5bd01b5bdc91c00e64ca459c33d7a48aed2aaee7486060"),
    ("t10k", 100,
     "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", "7cee33c3c6414b1b86c25e665a6c4f41584269de3b7cc9768b1d351922845eef",
     "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34", "3128d790775889812b73c4f13923559c8b9e281d112c6ea7862acf60a206a909"),
]


def check(name, content, expected):
    found = hashlib.sha256(content).hexdigest()
    if found != expected:
        sys.exit(f"{name}: the SHA-256 of the content is {found}, expected {expected}")


def read(name, expected):
    path = os.path.join(SOURCE, name)
    if os.path.exists(path + ".gz"):
        path += ".gz"
    with open(path, "rb") as file:
        content = file.read()
    if content[:2] == b"\x1f\x8b":
        content = zlib.decompress(content, 31)
    check(path, content, expected)
    return content


def write(name, content, expected):
    check(name, content, expected)
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15, 9)
    body = deflate.compress(content) + deflate.flush()
    # The header is written by hand: no name, time 0, "maximum compression", unknown system. Python's own header differs by version.
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    path = os.path.join(DESTINATION, name + ".gz")
    with open(path + ".tmp", "wb") as file:
        file.write(header + body + struct.pack("<II", zlib.crc32(content), len(content)))
    os.replace(path + ".tmp", path)
    print(f"{os.path.getsize(path):9d}  {path}")


for name, per_class, images_sum, images_sample_sum, labels_sum, labels_sample_sum in SETS:
    images = read(f"{name}-images-idx3-ubyte", images_sum)
    labels = read(f"{name}-labels-idx1-ubyte", labels_sum)
    _, count, height, width = struct.unpack(">4I", images[:16])
    size = height * width
    left = [per_class] * CLASSES
    kept = []
    for index, label in enumerate(labels[8:]):
        if left[label] > 0:
            left[label] -= 1
            kept.append(index)
    picked = b"".join(images[16 + index * size:16 + (index + 1) * size] for index in kept)
    write(f"{name}-images-idx3-ubyte", struct.pack(">4I", 0x803, len(kept), height, width) + picked, images_sample_sum)
    write(f"{name}-labels-idx1-ubyte", struct.pack(">2I", 0x801, len(kept)) + bytes(labels[8 + index] for index in kept), labels_sample_sum)
PYTHON
