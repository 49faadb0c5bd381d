"""Whether the records are still what was recorded. Reads everything, changes nothing.

Each log's chain is read once, in order: canonical form, places, links, hashes, columns
against payload, and what the events say against what the rows say. Logs come in batches,
so memory stays the same however many there are; each batch is read as of one moment, so
that what is recorded meanwhile is no finding; and batches may be shared among processes.
"""

from progress.verification.findings import Finding, Verification
from progress.verification.run import verify

__all__ = ["Finding", "Verification", "verify"]
