"""Whether those who decided could decide, and whether a signature on the record is the one that was signed."""

from collections.abc import Mapping
from typing import Any

from progress.verification.rows import Event, digits, moment_text


def is_signature_of(row: Any, event: Event, data: Mapping[str, Any]) -> bool:
    """Return whether a signature's row says exactly what its event recorded."""
    signer, place = data["signer"], data["workplace"]
    columns = {
        "role": signer["role"],
        "job_title": signer["job_title"],
        "workplace_name": place["name"],
        "employer_name": place["employer"],
        "outcome_text": data["outcome"]["text"],
        "method": data["method"],
    }
    people = (row.entry_id.hex, row.signer_id.hex, row.learner_id.hex) == (event.entry, event.actor, digits(data["learner"]))
    return (
        people
        and moment_text(row.signed_text) == moment_text(event.at)
        and all(getattr(row, name) == value for name, value in columns.items())
    )
