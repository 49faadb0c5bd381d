"""The triggers that refuse to change the ledger."""


def insist_on_guards() -> None:
    """Raise Refused when the ledger's triggers are not in place: then nothing may be recorded."""
