"""The screens of a learner and of a supervisor."""
