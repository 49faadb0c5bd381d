"""Answers to a task at work: what happened when it was tried."""

from progress.answers.words import WordsAnswer


class TryAtWorkAnswer(WordsAnswer):
    """What happened when she tried it."""
