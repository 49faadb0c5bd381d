"""Record the films of the packs from their drawings in tools/films: `python tools/film.py ten-seconds courses/content/<pack>/media`.

Needs ffmpeg and Chromium. A film is a page with a function `at(seconds)` and a `LENGTH`; it has no sound, so that it
can be watched on a night shift. Captions and transcript are written by hand beside it.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

FRAMES_A_SECOND = 12
POSTER_AT = 5.0  # seconds: something has happened, and nothing is given away


def record(name: str, folder: Path) -> None:
    """Write `<name>.mp4` and its poster `<name>.webp` into `folder`."""
    with tempfile.TemporaryDirectory() as frames, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 854, "height": 480})
        page.goto((Path(__file__).parent / "films" / f"{name}.html").as_uri())
        for number in range(int(page.evaluate("LENGTH") * FRAMES_A_SECOND)):
            page.evaluate("t => at(t)", number / FRAMES_A_SECOND)
            page.screenshot(path=f"{frames}/{number:05}.png")
        page.evaluate("t => at(t)", POSTER_AT)
        page.screenshot(path=f"{frames}/poster.png")
        browser.close()
        _run("-framerate", str(FRAMES_A_SECOND), "-i", f"{frames}/%05d.png", *ENCODE, str(folder / f"{name}.mp4"))
        _run("-i", f"{frames}/poster.png", "-quality", "70", str(folder / f"{name}.webp"))


# H.264 with the index first: every phone plays it, and it starts before it is all there.
ENCODE = ["-c:v", "libx264", "-preset", "slower", "-tune", "animation", "-crf", "27", "-pix_fmt", "yuv420p", "-movflags", "+faststart"]


def _run(*arguments: str) -> None:
    subprocess.run(["ffmpeg", "-y", "-loglevel", "error", *arguments], check=True)


if __name__ == "__main__":
    record(sys.argv[1], Path(sys.argv[2]))
