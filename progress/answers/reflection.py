"""Answers to reflections."""

from progress.answers.words import WordsAnswer


class ReflectionAnswer(WordsAnswer):
    """A learner's own thoughts."""
