"""How each kind of activity takes an answer. A new kind is one line in the list; a new way of answering, one file here."""

from progress.answers.checklist import ChecklistAnswer
from progress.answers.form import AnswerForm
from progress.answers.knowledge_check import KnowledgeCheckAnswer
from progress.answers.placing import PlacingAnswer
from progress.answers.question import QuestionAnswer
from progress.answers.scenario import ScenarioAnswer
from progress.answers.words import WordsAnswer

ANSWERS: dict[str, type[AnswerForm]] = {
    "question": QuestionAnswer,
    "find_in_picture": QuestionAnswer,
    "matching": PlacingAnswer,
    "ordering": PlacingAnswer,
    "sorting": PlacingAnswer,
    "how_sure": PlacingAnswer,
    "knowledge_check": KnowledgeCheckAnswer,
    "scenario": ScenarioAnswer,
    "checklist": ChecklistAnswer,
    "life_story": WordsAnswer,
    "reflection": WordsAnswer,
    "try_at_work": WordsAnswer,
    "group_session": WordsAnswer,
}

__all__ = [
    "ANSWERS",
    "AnswerForm",
    "ChecklistAnswer",
    "KnowledgeCheckAnswer",
    "PlacingAnswer",
    "QuestionAnswer",
    "ScenarioAnswer",
    "WordsAnswer",
]
