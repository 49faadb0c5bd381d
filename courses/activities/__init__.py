"""What a step can hold. A new kind is one file here, one line in each list below, and its templates."""

from courses.activities.callout import CalloutBlock
from courses.activities.picture import PictureBlock
from courses.activities.question import Question, QuestionBlock
from courses.activities.reflection import Reflection, ReflectionBlock
from courses.activities.text import TextBlock
from courses.activities.try_at_work import TryAtWork, TryAtWorkBlock

BLOCKS = {
    "text": TextBlock,
    "picture": PictureBlock,
    "callout": CalloutBlock,
    "question": QuestionBlock,
    "reflection": ReflectionBlock,
    "try_at_work": TryAtWorkBlock,
}

# The kinds that ask the learner for something, with the plain data an answer is judged by.
Asks = Question | Reflection | TryAtWork
ASKS: dict[str, type[Asks]] = {
    "question": Question,
    "reflection": Reflection,
    "try_at_work": TryAtWork,
}
