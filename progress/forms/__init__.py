"""Forms that record something, by what they record. Each carries a submission's own number: sent twice, it is recorded once."""
