"""What verification says: what it read, and what is not as it was recorded."""

from dataclasses import dataclass, field

UNREADABLE = (ValueError, TypeError, AttributeError)  # what a column's own reader raises when it holds something that it cannot hold


@dataclass(frozen=True)
class Finding:
    """Something that is not as it was recorded: in which log, at which event (0: the log as a whole), and what."""

    log: str
    seq: int
    says: str

    def __str__(self) -> str:
        place = f"log {self.log}" if self.log else "ledger"
        return f"{place}{f', event {self.seq}' if self.seq else ''}: {self.says}"


@dataclass
class Verification:
    """How much was read, and what was found."""

    logs: int = 0
    events: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, part: "Verification") -> None:
        """Add what another part of the ledger came to."""
        self.logs, self.events = self.logs + part.logs, self.events + part.events
        self.findings += part.findings
