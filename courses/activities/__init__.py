"""What a step can hold. A new kind is one file here, one line in the list, and its templates (docs/how-to/activity.md)."""

from courses.activities.activity import ActivityBlock, Asks
from courses.activities.callout import CalloutBlock
from courses.activities.checklist import ChecklistBlock
from courses.activities.find_in_picture import FindInPictureBlock
from courses.activities.flip_cards import FlipCardsBlock
from courses.activities.group_session import GroupSessionBlock
from courses.activities.how_sure import HowSureBlock
from courses.activities.knowledge_check import KnowledgeCheckBlock
from courses.activities.life_story import LifeStoryBlock
from courses.activities.matching import MatchingBlock
from courses.activities.ordering import OrderingBlock
from courses.activities.perspectives import PerspectivesBlock
from courses.activities.picture import PictureBlock
from courses.activities.question import QuestionBlock
from courses.activities.recording import AudioBlock, VideoBlock
from courses.activities.reflection import ReflectionBlock
from courses.activities.scenario import ScenarioBlock
from courses.activities.sorting import SortingBlock
from courses.activities.text import TextBlock
from courses.activities.try_at_work import TryAtWorkBlock

BLOCKS: dict[str, type[ActivityBlock]] = {
    "text": TextBlock,
    "picture": PictureBlock,
    "video": VideoBlock,
    "audio": AudioBlock,
    "callout": CalloutBlock,
    "flip_cards": FlipCardsBlock,
    "perspectives": PerspectivesBlock,
    "question": QuestionBlock,
    "find_in_picture": FindInPictureBlock,
    "matching": MatchingBlock,
    "ordering": OrderingBlock,
    "sorting": SortingBlock,
    "knowledge_check": KnowledgeCheckBlock,
    "scenario": ScenarioBlock,
    "life_story": LifeStoryBlock,
    "checklist": ChecklistBlock,
    "how_sure": HowSureBlock,
    "reflection": ReflectionBlock,
    "try_at_work": TryAtWorkBlock,
    "group_session": GroupSessionBlock,
}

# The kinds that ask the learner for something, with the plain data an answer is judged by.
ASKS: dict[str, type[Asks]] = {kind: block.asks for kind, block in BLOCKS.items() if block.asks}
