#!/usr/bin/env python3
"""Makes the pictures of this folder and, beside each, the bytes that Pillow decodes from it (needs Pillow and numpy).

NAME.jpg or NAME.png, and NAME.rgb: Pillow's convert("RGB"), or NAME.rgba: convert("RGBA"), raw, row by row.
"""
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
WIDTH, HEIGHT = 37, 23


def scene():
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float64)
    noise = np.random.default_rng(7).normal(0, 12, (HEIGHT, WIDTH, 3))
    rgb = np.stack([x / WIDTH * 255, y / HEIGHT * 255, 128 + 100 * np.sin(x / 3) * np.cos(y / 4)], -1)
    return np.clip(rgb + noise, 0, 255).astype(np.uint8)


def expect(name, mode="RGB"):
    picture = Image.open(HERE / name).convert(mode)
    (HERE / name).with_suffix("." + mode.lower()).write_bytes(picture.tobytes())


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(name, samples, color_type, depth, ancillary=b""):
    """A PNG that Pillow does not write itself: samples are [H, bytes in a row]."""
    rows = b"".join(b"\0" + row.tobytes() for row in samples)
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, color_type, 0, 0, 0)
    (HERE / name).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + ancillary
                              + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


rgb = scene()
image = Image.fromarray(rgb)
alpha = np.linspace(0, 255, WIDTH * HEIGHT).astype(np.uint8).reshape(HEIGHT, WIDTH)
image.save(HERE / "chroma-420.jpg", quality=85, subsampling=2)
image.save(HERE / "chroma-444.jpg", quality=95, subsampling=0)
image.save(HERE / "progressive.jpg", quality=80, progressive=True)
image.convert("L").save(HERE / "gray.jpg", quality=90)
image.convert("CMYK").save(HERE / "cmyk.jpg", quality=90)
image.save(HERE / "rgb.png")
Image.fromarray(np.dstack([rgb, alpha])).save(HERE / "rgba.png")
image.quantize(16).save(HERE / "palette.png")
image.quantize(16).save(HERE / "palette-transparent.png", transparency=3)
image.convert("L").save(HERE / "gray8.png")
image.convert("1").save(HERE / "gray1.png")
Image.fromarray(np.dstack([rgb[..., 0], alpha]), "LA").save(HERE / "gray-alpha.png")
# A gamma and a profile that a colour-managed reader would convert by.
png("gamma.png", rgb.reshape(HEIGHT, -1), 2, 8, chunk(b"gAMA", struct.pack(">I", 100000)))
# 16 bits: value v as 257 v, so that the upper and the lower byte are the same and rounding plays no part.
png("deep.png", np.repeat(rgb.reshape(HEIGHT, -1), 2, axis=1), 2, 16)

for name in ("chroma-420.jpg", "chroma-444.jpg", "progressive.jpg", "gray.jpg", "rgb.png", "palette.png", "gray8.png",
             "gray1.png", "gamma.png"):
    expect(name)
(HERE / "deep.rgb").write_bytes(rgb.tobytes())
for name in ("rgba.png", "palette-transparent.png", "gray-alpha.png"):
    expect(name, "RGBA")

# Pillow's Lanczos filter on rgb.png: smaller, and larger.
for size in ((16, 10), (61, 40)):
    (HERE / f"lanczos-{size[0]}x{size[1]}.rgb").write_bytes(image.resize(size, Image.LANCZOS).tobytes())
# The middle of the picture with the proportions of 20 x 20.
side = HEIGHT
left = (WIDTH - side) / 2
middle = image.resize((20, 20), Image.LANCZOS, box=(left, 0, left + side, side))
(HERE / "filling-20x20.rgb").write_bytes(middle.tobytes())
