"""Files that mean harm, made here, a few dozen of each kind: (kind, number) gives the bytes. Each is made when it is wanted."""

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pikepdf
from PIL import Image, PngImagePlugin
from pillow_heif import register_heif_opener

from progress.uploads import LARGEST

register_heif_opener()
OF_EACH = 24
MARK = b"HARM-7f3a"  # stands in everything that must not be kept
HARM = f"<script>alert('{MARK.decode()}')</script>"
HARMLESS = {0xD8, 0xE0, 0xDB, 0xC0, 0xC2, 0xC4, 0xDA, 0xD9}  # what a picture needs of the segments of a JPEG
GPS, EXIF = 0x8825, 0x8769


def picture(form: str = "JPEG", size: tuple[int, int] = (48, 32), mode: str = "RGB", **more: Any) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, 3 if mode in "LP1" else "teal").save(out, form, **more)
    return out.getvalue()


def segments(jpeg: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the segments of a JPEG, and last what stands behind its end."""
    place = 2
    while jpeg[place] == 0xFF and jpeg[place + 1] != 0xDA:
        length = struct.unpack(">H", jpeg[place + 2 : place + 4])[0]
        yield jpeg[place + 1], jpeg[place + 4 : place + 2 + length]
        place += 2 + length
    yield 0xD9, jpeg[jpeg.index(b"\xff\xd9", place) + 2 :]


def more_than_dots(jpeg: bytes) -> str:
    """Say what a JPEG holds that is no picture."""
    for marker, content in segments(jpeg):
        if marker not in HARMLESS or (marker == 0xE0 and content[:5] != b"JFIF\0") or (marker == 0xD9 and content):
            return f"{marker:x}: {content[:40]!r}"
    return ""


def pdf(change: Callable[[Any], None] = lambda made: None, **how: Any) -> bytes:
    """A PDF of one page, after something was done to it."""
    made, out = pikepdf.new(), io.BytesIO()
    made.add_blank_page()
    change(made)
    made.save(out, **how)
    return out.getvalue()


def archive() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr("META-INF/MANIFEST.MF", MARK)
    return out.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, rows: bytes, *more: bytes, depth: int = 8, colour: int = 0) -> bytes:
    """A PNG put together by hand: what its head says need not be what its rows hold."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def segment(marker: int, content: bytes) -> bytes:
    """A segment of a JPEG."""
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def within(jpeg: bytes, *segments: bytes) -> bytes:
    """A JPEG with segments put in behind its first one."""
    end = 4 + struct.unpack(">H", jpeg[4:6])[0]
    return jpeg[:end] + b"".join(segments) + jpeg[end:]


@cache
def zeros(megabytes: int) -> bytes:
    """So many million zeros, packed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _mb in range(megabytes)) + packer.flush()


# Each of these yields the files of one kind.


def polyglots() -> Iterator[bytes]:
    others = [
        HARM.encode(),
        b"<?php echo '" + MARK + b"'; ?>",
        archive(),
        pdf() + MARK,
        b"MZ\x90\0" + MARK,
        b"\x7fELF" + MARK,
        b"#!/bin/sh\necho " + MARK,
        b"GIF89a" + MARK,
    ]
    for number, other in enumerate(others):
        yield picture() + other
        yield picture("PNG") + other
        yield picture("WEBP") + other
        yield within(picture(), segment(0xFE, other[:60_000]))
        yield pdf() + other
        if number < 4:  # the others are something only where a file begins
            yield b"%PDF-1.7\n%" + other + b"\n" + pdf()[9:]
        yield other + pdf()


def bombs() -> Iterator[bytes]:
    for megabytes in (4, 16, 64, 160):
        side = int((megabytes << 20) ** 0.5)
        yield png(side, side, zeros(megabytes))
        yield png(48, 32, zeros(megabytes))
        yield png(48, 32, zlib.compress(bytes(33 * 49)), chunk(b"zTXt", b"Comment\0\0" + zeros(megabytes)))
        yield png(48, 32, zlib.compress(bytes(33 * 49)), chunk(b"iCCP", b"profile\0\0" + zeros(megabytes)))
        yield pdf(lambda made, mb=megabytes: setattr(made.Root, "/Bomb", packed_stream(made, zeros(mb))))
        yield objects_in(zeros(megabytes))
    for depth in (500, 5_000, 50_000, 500_000):
        yield b"%PDF-1.7\n1 0 obj\n" + b"[" * depth + b"]" * depth + b"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"
        yield b"%PDF-1.7\n1 0 obj\n" + b"<</A" * depth + b" 1" + b">>" * depth + b"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF"
    yield pdf(lambda made: [made.make_indirect(pikepdf.Dictionary(N=n)) for n in range(10)] and None) * 30_000
    for side in (20_000, 1 << 30):
        yield pdf(
            lambda made, side=side: setattr(made.Root, "/Scan", packed_stream(made, zeros(4), Subtype="/Image", Width=side, Height=side))
        )
    yield pdf(lambda made: setattr(made.Root.Pages, "Kids", pikepdf.Array([made.Root.Pages] * 3)))
    yield of_many_scans(3_000)


def packed_stream(made: Any, packed: bytes, Subtype: str = "/Form", **more: int) -> Any:  # noqa: N803 – as a PDF names it
    return pikepdf.Stream(made, packed, Filter=pikepdf.Name.FlateDecode, Subtype=pikepdf.Name(Subtype), **more)


def objects_in(packed: bytes) -> bytes:
    """A PDF whose objects are said to stand in a stream that unpacks to something enormous."""
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 5 0 R>>\nendobj\n2 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode"
    body += b"/Length " + str(len(packed)).encode() + b">>\nstream\n" + packed + b"\nendstream\nendobj\n"
    where = len(body)
    table = b"".join(struct.pack(">BHB", *row) for row in [(0, 0, 0), (1, 9, 0), (1, body.index(b"2 0 obj"), 0), (1, where % 65_536, 0)])
    table += struct.pack(">BHB", 0, 0, 0) + struct.pack(">BHB", 2, 2, 0)
    body += b"3 0 obj\n<</Type/XRef/Size 6/W[1 2 1]/Root 1 0 R/Length " + str(len(table)).encode() + b">>\nstream\n" + table
    return body + b"\nendstream\nendobj\nstartxref\n" + str(where).encode() + b"\n%%EOF"


def huge_dimensions() -> Iterator[bytes]:
    for side in (7_000, 16_000, 20_000, 50_000, 65_535, 1 << 24, (1 << 31) - 1):
        yield png(side, side, zlib.compress(b"\0" * 99))
        yield png(side, 1, zlib.compress(b"\0" * 99), depth=16, colour=6)
    for side in (6_400, 16_000, 30_000, 65_000, 65_535):
        jpeg = bytearray(picture())
        place = jpeg.index(b"\xff\xc0") + 5
        jpeg[place : place + 4] = struct.pack(">HH", side, side)
        yield bytes(jpeg)
    for side in (4_100, 8_000, 12_000, 16_383):
        webp = bytearray(picture("WEBP"))
        place = webp.index(b"\x9d\x01\x2a") + 3
        webp[place : place + 4] = struct.pack("<HH", side, side)
        yield bytes(webp)
    for side in (7_000, 20_000, 65_000, 1 << 30):
        heic = bytearray(picture("HEIF"))
        place = heic.index(b"ispe") + 8
        heic[place : place + 8] = struct.pack(">II", side, side)
        yield bytes(heic)
    yield picture("PNG", (4_001, 4_000), "L")
    yield picture("PNG", (16_000_001 // 8, 9), "1")


def wrong_types() -> Iterator[bytes]:
    heads = """MZ \x7fELF GIF87a GIF89a BM II*\0 MM\0* 8BPS Rar!\x1a\x07 7z\xbc\xaf'\x1c \x1f\x8b\x08 BZh9 \xfd7zXZ\0 <html> <!DOCTYPE
    <?php #!/bin/sh {\\rtf1 \xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 PK\x03\x04 %!PS-Adobe-3.0 FWS CWS \xca\xfe\xba\xbe \0asm fLaC OggX FLV\x01
    \x1a\x45\xdf\xa3 \0\0\0\x18ftypmp42 \0\0\0\x18ftypavif \0\0\0\x14ftypqt RIFF____AVI \0\0\x01\0 MThd wOFF dex\n035 !<arch> SQLite"""
    for head in heads.split():
        yield head.encode("latin-1") + MARK + bytes(300)


def svg_scripts() -> Iterator[bytes]:
    inside = [
        HARM,
        "<a href='javascript:alert(1)'>x</a>",
        "<image href='x' onerror='alert(1)'/>",
        "<foreignObject><iframe src='x'/></foreignObject>",
        "<animate onbegin='alert(1)'/>",
        "<use href='data:image/svg+xml,x#y'/>",
    ]
    for harm in inside:
        for before in ("", "<?xml version='1.0'?>", "\ufeff", "<!DOCTYPE svg [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"):
            yield f"{before}<svg xmlns='http://www.w3.org/2000/svg'>{harm}</svg>".encode()


def pdf_scripts() -> Iterator[bytes]:
    name = pikepdf.Name
    script = {"S": name.JavaScript, "JS": HARM}
    acts: list[dict[str, Any]] = [
        script,
        {"S": name.JavaScript, "JS": pikepdf.String(HARM)},
        {"S": name.Launch, "F": "cmd.exe"},
        {"S": name.SubmitForm, "F": "https://elsewhere.example/"},
        {"S": name.ImportData, "F": "x.fdf"},
        {"S": name.GoToE, "D": "x"},
        {"S": name.GoToR, "F": "//elsewhere.example/share"},
        {"S": name.URI, "URI": "javascript:alert(1)"},
        {"S": name.URI, "URI": "file:///etc/passwd"},
        {"S": name.Rendition},
        {"S": name.Movie},
    ]
    for act in acts:
        yield pdf(lambda made, act=act: setattr(made.Root, "OpenAction", pikepdf.Dictionary(**act)))
        yield pdf(
            lambda made, act=act: setattr(made.pages[0].obj, "Annots", pikepdf.Array([pikepdf.Dictionary(A=pikepdf.Dictionary(**act))]))
        )
        packed = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
        yield pdf(
            lambda made, act=act: setattr(made.Root, "Deep", made.make_indirect(pikepdf.Array([pikepdf.Dictionary(**act)]))), **packed
        )
    yield pdf(lambda made: setattr(made.Root, "OpenAction", pikepdf.Dictionary(**script))).replace(b"/JavaScript", b"/J#61vaScript")
    for key in ("AA", "EmbeddedFiles", "XFA", "RichMedia"):
        yield pdf(lambda made, key=key: setattr(made.Root, key, made.make_indirect(pikepdf.Dictionary())))
    for kind in ("FileAttachment", "RichMedia", "Movie", "Sound", "Screen", "3D"):
        annotation = {"Type": name.Annot, "Subtype": pikepdf.Name(f"/{kind}")}
        yield pdf(lambda made, kept=annotation: setattr(made.pages[0].obj, "Annots", pikepdf.Array([pikepdf.Dictionary(**kept)])))


def scripts_in_photos() -> Iterator[bytes]:
    for tag in (0x010E, 0x010F, 0x0110, 0x0131, 0x013B, 0x8298):  # what it shows, camera, model, program, artist, rights
        exif = Image.Exif()
        exif[tag] = HARM
        exif.get_ifd(EXIF)[0x9286] = HARM.encode()
        for form in ("JPEG", "PNG", "WEBP", "HEIF"):
            yield picture(form, exif=exif)
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{HARM}</x:xmpmeta>".encode()
    for form in ("JPEG", "WEBP", "HEIF"):
        yield picture(form, xmp=xmp)
    for form in ("JPEG", "PNG", "WEBP"):
        yield picture(form, icc_profile=HARM.encode() * 9)
    yield within(picture(), segment(0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x40\x1c\x02\x78\0\x30" + HARM.encode()))
    yield picture("JPEG", comment=HARM.encode())
    for marker in (0xE0, 0xE3, 0xEC, 0xEE, 0xEF):
        yield within(picture(), segment(marker, HARM.encode()))
    for key in ("Comment", "XML:com.adobe.xmp", "Author"):
        for packed in (False, True):
            words = PngImagePlugin.PngInfo()
            words.add_text(key, HARM, zip=packed)
            words.add_itxt(key, HARM, zip=packed)
            yield picture("PNG", pnginfo=words)


def places() -> Iterator[bytes]:
    chance = random.Random(4)
    for number in range(OF_EACH):
        exif = Image.Exif()
        where = exif.get_ifd(GPS)
        where.update({1: "N", 2: (52.0, chance.random() * 60, 7.0), 3: "W", 4: (1.0, 2.0, chance.random() * 60), 29: "2026:11:27"})
        where[28] = MARK
        yield picture(
            ("JPEG", "PNG", "WEBP", "HEIF")[number % 4], exif=exif, xmp=f"<exif:GPSLatitude>{MARK.decode()}</exif:GPSLatitude>".encode()
        )


def pointing_elsewhere(at: str = "https://elsewhere.example/x") -> Iterator[bytes]:
    """Pictures that would have something fetched from an address: drawings under the name of a photo, and photos that name it inside."""
    inside = [
        f"<image href='{at}'/>",
        f"<image xlink:href='{at}'/>",
        f"<use href='{at}#x'/>",
        f"<style>@import '{at}';</style>",
        f"<style>rect {{ fill: url({at}#x) }}</style>",
        f"<filter id='f'><feImage href='{at}'/></filter><rect filter='url(#f)' width='9' height='9'/>",
        f"<text style='font-family: f'><style>@font-face {{ font-family: f; src: url({at}) }}</style>x</text>",
        f"<foreignObject><img src='{at}'/></foreignObject>",
    ]
    names = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'"
    entity = f"<!DOCTYPE svg [<!ENTITY e SYSTEM '{at}'>]>"
    drawings = [f"<svg {names} width='48' height='32'>{MARK.decode()}{one}</svg>".encode() for one in inside]
    drawings.append(f"{entity}<svg {names}><text>&e;{MARK.decode()}</text></svg>".encode())
    drawings.append(f"<?xml-stylesheet href='{at}'?><svg {names}><text>{MARK.decode()}</text></svg>".encode())
    for drawing in drawings:
        yield drawing
        yield b"\x89PNG\r\n\x1a\n" + drawing
        yield b"\xff\xd8\xff\xe0\0\x10JFIF\0" + drawing
        yield within(picture(), segment(0xFE, drawing))
        yield picture() + drawing
    said = f"{MARK.decode()} {at}"
    xmp = f"<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:Description stRef:url='{at}'>{said}</rdf:Description></x:xmpmeta>".encode()
    for form in ("JPEG", "WEBP", "HEIF"):
        yield picture(form, xmp=xmp)
    for form in ("JPEG", "PNG", "WEBP"):
        yield picture(form, icc_profile=profile(said.encode()))
        exif = Image.Exif()
        exif[0x8769], exif[0x010E] = {0xA20B: said}, said
        yield picture(form, exif=exif)


def profile(said: bytes, space: bytes = b"RGB ", size: int = 0) -> bytes:
    """A colour profile by its head, which may lie about its size and its colours; the rest is somebody's words."""
    head = struct.pack(">I4s4s4s4s4s", size or 128 + len(said), b"lcms", b"\x04\x30\0\0", b"mntr", space, b"XYZ ")
    return head.ljust(36, b"\0") + b"acsp".ljust(92, b"\0") + said


def odd() -> Iterator[bytes]:
    """Pictures that are seldom met: of every size, depth, colour and number of frames, cut short, or lying about themselves."""
    for whole in (picture(), picture(progressive=True), picture("PNG"), picture("WEBP"), picture("HEIF")):
        for part in (1, 2, 3):
            yield whole[: len(whole) * part // 4]
        yield whole[:-1]
    for size in ((1, 65_500), (65_500, 1), (1, 1), (2_401, 1)):
        yield picture("JPEG", size)
    for size in ((1, 16_383), (16_383, 1)):
        yield picture("WEBP", size)
    for mode in ("L", "CMYK"):
        yield picture("JPEG", mode=mode)
        yield picture("JPEG", mode=mode, icc_profile=profile(MARK, b"GRAY", 1 << 31))
    for space in (b"RGB ", b"CMYK", b"Lab ", b"oops"):
        yield picture("JPEG", icc_profile=profile(MARK * 30, space))
        yield picture("PNG", icc_profile=profile(MARK * 30, space, 0xFFFFFFFF))
    for depth, colour, dots in ((16, 0, 2), (16, 2, 6), (16, 4, 4), (16, 6, 8), (8, 4, 2), (8, 6, 4)):
        yield png(48, 32, zlib.compress(bytes(32 * (1 + 48 * dots))), depth=depth, colour=colour)
    palette = chunk(b"PLTE", bytes(3 * 256))
    yield png(48, 32, zlib.compress(bytes(32 * 49)), palette, chunk(b"tRNS", bytes(256)), colour=3)
    yield png(48, 32, zlib.compress(b"\0" + b"\xff" * 48) * 32, chunk(b"PLTE", bytes(3)), colour=3)  # colours that it does not have
    frames = [Image.new("RGB", (48, 32), (number, 9, 9)) for number in range(30)]
    for form in ("PNG", "WEBP", "GIF", "MPO"):
        out = io.BytesIO()
        frames[0].save(out, form, save_all=True, append_images=frames[1:])
        yield out.getvalue()
    for turned in (0, 1, 3, 6, 8, 9, 65_535):
        exif = Image.Exif()
        exif[0x0112], exif[0x010E] = turned, MARK.decode()
        yield picture("JPEG", exif=exif)
    yield within(picture(), segment(0xE1, b"Exif\0\0MM\0*\xff\xff\xff\xff" + MARK), segment(0xE2, b"MPF\0MM\0*\xff\xff\xff\xff" + MARK))


def of_many_scans(times: int) -> bytes:
    """A photo that is drawn over and over again: each scan costs the reader the whole picture, and the writer a few bytes."""
    whole = picture("JPEG", (2_400, 2_400), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * times + b"\xff\xd9"


def nothing() -> Iterator[bytes]:
    yield from [b""] * OF_EACH


def nearly_nothing() -> Iterator[bytes]:
    for whole in (picture(), picture("PNG"), picture("WEBP"), picture("HEIF"), pdf()):
        for length in (1, 3, 8, 12, 30, len(whole) // 2):
            yield whole[:length]


def one_byte_too_many() -> Iterator[bytes]:
    for head in (picture(), picture("PNG"), picture("WEBP"), picture("HEIF"), pdf(), b"ID3\x04", b"OggS", b"RIFF____WAVE"):
        for filled in (b"\0", b"\xff", b"a"):
            yield head + filled * (LARGEST + 1 - len(head))


KINDS: dict[str, Callable[[], Iterator[bytes]]] = {
    kind.__name__: kind
    for kind in (
        polyglots,
        bombs,
        huge_dimensions,
        wrong_types,
        svg_scripts,
        pdf_scripts,
        scripts_in_photos,
        places,
        pointing_elsewhere,
        odd,
        nothing,
        nearly_nothing,
        one_byte_too_many,
    )
}
