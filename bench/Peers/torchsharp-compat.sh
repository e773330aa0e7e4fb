#!/usr/bin/env bash
# Lets TorchSharp 0.107 load where libstdc++ is older than GCC 13's, as on Debian 12.
#   torchsharp-compat.sh OUTPUT        the folder that the project was built to; nothing outside it changes
#
# libLibTorchSharp.so asks for the version GLIBCXX_3.4.32 because of one symbol, ios_base_library_init, that its compiler puts there as a
# mark: nothing in the library refers to it. So it is enough to make that need a weak one, and the loader passes over it.
set -euo pipefail
output=${1:?usage: torchsharp-compat.sh OUTPUT}
library=$output/runtimes/linux-x64/native/libLibTorchSharp.so
[ -f "$library" ] || { echo "torchsharp-compat: there is no $library; build the project first" >&2; exit 2; }

python3 - "$library" <<'PY'
import os, struct, sys

VERSION, NEEDS_SECTION, WEAK = b'GLIBCXX_3.4.32\0', 0x6ffffffe, 2
path = sys.argv[1]
elf = bytearray(open(path, 'rb').read())

# Elf64_Ehdr: place, size and number of the section headers. Elf64_Shdr: type at 4, offset at 24, link at 40, number of entries at 44.
sections, = struct.unpack_from('<Q', elf, 40)
size, count = struct.unpack_from('<HH', elf, 58)
def section(index):
    at = sections + index * size
    kind, = struct.unpack_from('<I', elf, at + 4)
    offset, = struct.unpack_from('<Q', elf, at + 24)
    link, entries = struct.unpack_from('<I', elf, at + 40)[0], struct.unpack_from('<I', elf, at + 44)[0]
    return kind, offset, link, entries

found = 0
for kind, offset, link, files in map(section, range(count)):
    if kind != NEEDS_SECTION:
        continue
    names = section(link)[1]
    # A chain of files, each with a chain of versions: Elf64_Verneed and Elf64_Vernaux.
    for _ in range(files):
        versions, first, next_file = struct.unpack_from('<2xH4xII', elf, offset)
        at = offset + first
        for _ in range(versions):
            flags, name, next_version = struct.unpack_from('<4xH2xII', elf, at)
            if elf.startswith(VERSION, names + name):
                struct.pack_into('<H', elf, at + 4, flags | WEAK)
                found += 1
            at += next_version
        offset += next_file
if not found:
    sys.exit(f'torchsharp-compat: {path} has no need of {VERSION[:-1].decode()}: something else keeps it from loading')

# A new file under the old name: the old one may be shared with the package cache.
with open(path + '.new', 'wb') as new:
    new.write(elf)
os.replace(path + '.new', path)
PY
