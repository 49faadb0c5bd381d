"""The squares over a photo, by which a person in it is covered."""

from typing import NamedTuple

Square = tuple[int, int]  # row and column, each from 1
ACROSS = 8  # on a phone of 320 pixels a square is 36 wide: a thumb hits it
LEAST, MOST = 3, 16
UNKNOWN = 10  # rows over a photo whose size nobody noted


class Grid(NamedTuple):
    """How many squares stand beside and below one another."""

    across: int
    down: int

    def squares(self) -> list[Square]:
        """Return every square, row by row."""
        return [(row, column) for row in range(1, self.down + 1) for column in range(1, self.across + 1)]


def grid_over(width: int, height: int) -> Grid:
    """Return the grid for a photo of so many dots: about as high as wide, each square."""
    rows = round(ACROSS * height / width) if width else UNKNOWN
    return Grid(ACROSS, min(max(rows, LEAST), MOST))
