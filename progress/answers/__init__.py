"""How each kind of activity takes an answer. A new kind is one file here and one line in the list."""

from progress.answers.question import QuestionAnswer
from progress.answers.reflection import ReflectionAnswer
from progress.answers.try_at_work import TryAtWorkAnswer

AnswerForm = QuestionAnswer | ReflectionAnswer | TryAtWorkAnswer
ANSWERS: dict[str, type[AnswerForm]] = {
    "question": QuestionAnswer,
    "reflection": ReflectionAnswer,
    "try_at_work": TryAtWorkAnswer,
}
