"""`make faults`: everything is killed, hung or filled while two homes work, and afterwards each act must be there exactly once."""
