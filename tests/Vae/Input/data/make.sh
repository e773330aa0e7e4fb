#!/bin/sh
# The files of this folder, made by NumPy 1.24.2 and ImageMagick 6.9.11 (Debian 12: python3-numpy, imagemagick), and what they hold, by the same
# tools: values.txt has one line a file, its name and then the value of each number.
set -eu
cd "$(dirname "$0")"
rm -rf -- *.npy *.npz *.csv png values.txt
mkdir png

/usr/bin/python3 - <<'PYTHON'
import csv, numpy as np
rng = np.random.default_rng(7)
lines = []

def keep(name, array, scale=1):
    flat = (array.astype(np.float64) / scale).astype(np.float32).reshape(-1)
    lines.append(name + "".join(" " + ("nan" if np.isnan(v) else repr(float(v))) for v in flat))

def save(name, array, scale=1, version=None):
    with open(name, "wb") as f:
        np.lib.format.write_array(f, array, version=version)
    keep(name, array, scale)

for kind in ["u1", "i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4", ">i4", "<i8", ">i8"]:
    info = np.iinfo(kind)
    table = rng.integers(info.min, info.max, size=(3, 2), dtype=np.dtype(kind).newbyteorder("="), endpoint=True).astype(kind)
    table[0] = info.min, info.max
    save("table-" + kind.replace("<", "little-").replace(">", "big-") + ".npy", table)
for kind in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
    table = rng.standard_normal((3, 2)).astype(kind)
    table[1, 1] = np.nan
    save("table-" + kind.replace("<", "little-").replace(">", "big-") + ".npy", table)

save("images-u1.npy", rng.integers(0, 256, size=(2, 3, 4), dtype="u1"), 255)
save("images-u2.npy", rng.integers(0, 65536, size=(2, 3, 4), dtype="<u2"), 65535)
save("images-f4-channel.npy", rng.random((2, 3, 4, 1), dtype="f4"))
save("version-2.npy", rng.standard_normal((3, 2)), version=(2, 0))
save("version-3.npy", rng.standard_normal((3, 2)), version=(3, 0))
save("empty.npy", np.zeros((0, 2), "f4"))
np.save("fortran.npy", np.asfortranarray(rng.standard_normal((3, 2))))
np.save("objects.npy", np.array([[None, 1]], dtype=object))
np.save("records.npy", np.zeros(3, dtype=[("a", "f4"), ("b", "i4")]))
np.save("flat.npy", np.zeros(3, "f4"))

table, other = rng.standard_normal((3, 2)), rng.standard_normal((4, 3))
np.savez("stored.npz", only=table)
keep("stored.npz", table)
np.savez_compressed("deflated.npz", a=other, X=table)
keep("deflated.npz", table)
keep("deflated.npz:a", other)

with open("table.csv", "w", newline="", encoding="utf-8") as f:
    writer = csv.writer(f, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(['the "first"', "second, with a comma", "kind"])
    for i, row in enumerate(table):
        writer.writerow([float(row[0]), float(row[1]), 'normal' if i else 'odd,\nin two lines'])
keep("table.csv", table)
open("values.txt", "w").write("\n".join(lines) + "\n")
PYTHON

# Colours that are all different, in a size whose rows are no whole bytes at 1, 2 and 4 bits.
convert -size 7x5 -depth 16 gradient:'rgb(12%,90%,40%)'-'rgb(95%,3%,71%)' \( -seed 3 -size 7x5 plasma:fractal \) -compose blend -define compose:args=50 -composite -depth 16 source.miff
png() {
    name=png/$1
    shift
    convert source.miff -strip "$@" "PNG:$name"
}
png rgb-8.png -depth 8 -define png:color-type=2
png rgb-16.png -depth 16 -define png:color-type=2 -define png:bit-depth=16
png grey-16.png -colorspace Gray -depth 16 -define png:color-type=0 -define png:bit-depth=16
png grey-8.png -colorspace Gray -depth 8 -define png:color-type=0 -define png:bit-depth=8
png grey-4.png -colorspace Gray -depth 4 -define png:color-type=0 -define png:bit-depth=4
png grey-2.png -colorspace Gray -depth 2 -define png:color-type=0 -define png:bit-depth=2
png grey-1.png -colorspace Gray -monochrome -depth 1 -define png:color-type=0 -define png:bit-depth=1
png grey-alpha-8.png -colorspace Gray -alpha set -depth 8 -define png:color-type=4
png rgba-8.png -alpha set -channel A -evaluate set 60% +channel -depth 8 -define png:color-type=6
png rgba-16.png -alpha set -channel A -evaluate set 60% +channel -depth 16 -define png:color-type=6 -define png:bit-depth=16
png palette-8.png -colors 20 -define png:color-type=3 -define png:bit-depth=8
png palette-4.png -colors 9 -define png:color-type=3 -define png:bit-depth=4
png palette-2.png -colors 4 -define png:color-type=3 -define png:bit-depth=2
# Rows of random bytes behind each of the five filters: any bytes are an image, and ImageMagick says which.
/usr/bin/python3 - <<'PYTHON'
import random, struct, zlib
random.seed(5)

def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

for name, depth, colour, size in [("filters-rgb-8", 8, 2, 3), ("filters-grey-16", 16, 0, 2), ("filters-rgba-16", 16, 6, 8), ("filters-grey-8", 8, 0, 1)]:
    rows = b"".join(bytes([y % 5]) + random.randbytes(6 * size) for y in range(15))
    data = zlib.compress(rows)
    with open(f"png/{name}.png", "wb") as f:
        f.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 6, 15, depth, colour, 0, 0, 0)) + chunk(b"tEXt", b"Comment\0in several parts")
                + chunk(b"IDAT", data[:7]) + chunk(b"IDAT", b"") + chunk(b"IDAT", data[7:]) + chunk(b"IEND", b""))
PYTHON
convert source.miff -strip -depth 8 -interlace PNG PNG:interlaced.png
for file in png/*.png; do
    # Red, green and blue of each pixel as 16-bit numbers, from which the luma is taken in double precision.
    convert "$file" -alpha off -colorspace sRGB -depth 16 RGB:- | /usr/bin/python3 -c "
import sys, numpy as np
rgb = np.frombuffer(sys.stdin.buffer.read(), '<u2').astype(np.float64).reshape(-1, 3) / 65535
print('$file' + ''.join(' %r' % float(np.float32(v)) for v in rgb @ [0.299, 0.587, 0.114]))" >> values.txt
done
rm source.miff
