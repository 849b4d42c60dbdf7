"""Re-encodes a picture in a process of its own, with limits of memory and processor time.

It is run by its path, imports nothing of Trama, and gets the format, the picture, the two files to write and the longer
side of each in pixels. It prints the width and the height of both as JSON. Exit 3 is a picture with too many pixels, 4
one that cannot be read.
"""

from __future__ import annotations

import json
import resource
import sys

MAX_MEMORY_BYTES = 512 * 1024 * 1024
MAX_CPU_SECONDS = 5
MAX_PIXELS = 40_000_000
MAX_SIDE = 12_000
SHOWN_QUALITY = 82
THUMBNAIL_QUALITY = 75
TOO_LARGE, UNREADABLE = 3, 4


def main(
    file_format: str, source: str, shown: str, thumbnail: str, shown_side: str, thumbnail_side: str
) -> int:
    """Write the picture rotated by its EXIF orientation, scaled down and without metadata; returns the exit status."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_SECONDS, MAX_CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from PIL import Image, ImageOps

    large = int(shown_side)
    Image.MAX_IMAGE_PIXELS = None  # its own bound is far above ours
    try:
        with Image.open(source, formats=(file_format,)) as picture:
            width, height = picture.size
            if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
                return TOO_LARGE
            picture.draft("RGB", (large, large))
            turned = picture.getexif().get(0x0112)
            mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
            is_smooth = picture.mode in ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")
            small = picture if is_smooth else picture.convert(mode)
            small.thumbnail((large, large), Image.Resampling.LANCZOS, reducing_gap=2.0)
            small = small.convert(mode)
        if turned:
            small.getexif()[0x0112] = turned
            small = ImageOps.exif_transpose(small)
        sizes = []
        for path, side, quality in (
            (shown, large, SHOWN_QUALITY),
            (thumbnail, int(thumbnail_side), THUMBNAIL_QUALITY),
        ):
            clean = Image.new(small.mode, small.size)
            clean.paste(small)
            clean.thumbnail((side, side), Image.Resampling.LANCZOS)
            clean.save(path, "WEBP", quality=quality, method=4, exif=b"", xmp=b"", icc_profile=b"")
            sizes.append(clean.size)
    except (OSError, ValueError, SyntaxError, MemoryError, ArithmeticError, KeyError, TypeError, IndexError):
        return UNREADABLE
    print(json.dumps(sizes))  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
