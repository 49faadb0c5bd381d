"""Give one person of the demonstration a log that is under way, so that a supervisor has something to review. Run again, it changes nothing."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from courses.models import CoursePage, ModulePage
from courses.outline import Part
from people.models import User, Workplace
from people.proof import Proof
from progress.actions import go_on, record_answer
from progress.models import Evidence, LogEntry, Method, ProgressLog, Upload

LEARNER, SUPERVISOR, COURSE = "tomasz", "grace", "dementia-care"
CARD = Path(__file__).parents[2] / "demo" / "word-card.jpg"
READY = "I am ready for this outcome to be signed off. The evidence is my own."
SEEN = "I have looked at the evidence. Tomasz Nowak has shown me what this outcome asks for. I sign under my own name."
WORDS = {
    "reflection": "She still folds every napkin the right way round, and she likes to be asked to do it.",
    "try_at_work": "I looked again at what I had called “difficult”. He was cold. I brought his cardigan and he sat down.",
}


@dataclass(frozen=True)
class Piece:
    """One piece of evidence for one outcome, and what came of it: kept, sent, returned or signed off."""

    code: str
    title: str
    text: str
    fate: str
    kind: str = Evidence.Kind.REFLECTIVE_ACCOUNT
    more: dict[str, Any] = field(default_factory=dict)


PIECES = [
    Piece(
        "1.6",
        "Mr B and his box of wood",
        "Mr B has vascular dementia. He cannot follow a film now, and he loses the end of a sentence. He was a joiner, and his "
        "hands still know wood. I gave him a box of smooth pieces and a soft cloth. He sorted them by size and told me which was oak.\n\n"
        "I learned to begin with what he can do. Then he talks more.",
        "signed off",
    ),
    Piece(
        "2.4",
        "The song about the river",
        "I asked Mrs W what music she likes. She did not want to talk, and I left it. Later she hummed while I made the bed, and I "
        "asked whose song it was. Her mother’s, she said. She said yes when I asked if I might ask her son too. He knew the name of it.\n\n"
        "I wrote it in her life story. She sings it when she is calm.",
        "signed off",
    ),
    Piece(
        "1.7",
        "A word at handover",
        "At handover somebody said that a resident was “wandering again”. I said that he was a postman, and he walks at night because "
        "he always did. Now we write that he walks, and we walk with him to the end of the hall.",
        "returned",
    ),
    Piece(
        "3.2",
        "The lamp and the hearing aid",
        "Mrs W did not answer me at two in the morning, and pushed my hand away. Before, I would have said it again, louder. This time I "
        "put on the small lamp, sat where she could see me, and helped her with her hearing aid. Then I asked about pain. She showed me her hip.\n\n"
        "I told the nurse. I learned to look first for what is in the way.",
        "sent",
    ),
    Piece(
        "3.7",
        "A word card with pictures",
        "I made this card with a resident and her son. It has the words she uses most. It stays in her bag, and a copy is in her plan.",
        "kept",
        Evidence.Kind.WORK_PRODUCT,
    ),
    Piece(
        "3.7",
        "Signs for yes and no in a care plan",
        "I wrote down how a resident shows yes and no, and which word she uses for pain. I read it out at handover.",
        "sent",
        Evidence.Kind.SEEN_IN_WORKPLACE,
        {"kept_where": "Care plan folder, Rosewood House office"},
    ),
    Piece(
        "5.5",
        "Not himself on a Sunday night",
        "Mr B slept all evening and did not know the nurse, whom he likes. On Saturday he knew us all. He had drunk one cup all day. "
        "I told the nurse at once, at ten past eleven, and wrote what I saw and when.\n\n"
        "He had an infection. I learned that a sudden change is never “just the dementia”.",
        "sent",
    ),
    Piece(
        "2.7",
        "His own words in the plan",
        "Mr B and I read his plan for the night together. He wanted one thing changed: the door stays open a hand’s width.",
        "kept",
    ),
]
REASON = "Well seen. Add how a label can harm somebody, in your own words, then send it again."


class Command(BaseCommand):
    """`manage.py demo_log`"""

    help = __doc__

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it all, or nothing."""
        if settings.PRODUCTION:
            raise CommandError("This log is made up. Never make it on a production site.")
        learner, supervisor = (User.objects.get(username=name) for name in (LEARNER, SUPERVISOR))
        course = CoursePage.objects.get(slug=COURSE)
        if ProgressLog.objects.filter(learner=learner, framework=course.framework).exists():
            return
        with transaction.atomic():
            home = Workplace.objects.get(memberships__user=learner)
            log = ProgressLog.open(by=learner, framework=course.framework, workplace=home, submission=uuid4())
            self._take(course.modules()[0], learner)
            for piece in PIECES:
                self._show(piece, log, supervisor)
        self.stdout.write(f"{learner}’s progress log is under way. {supervisor} has three of its outcomes to review.")

    def _take(self, module: ModulePage, learner: User) -> None:
        for step in module.outline().steps:
            for part in step.asking:
                if given := self._given(part):
                    record_answer(module, part, given, by=learner)
            go_on(module, step, by=learner)

    def _given(self, part: Part) -> dict[str, Any] | None:
        if part.kind in WORDS:
            return {"words": WORDS[part.kind]}
        return part.asks.solution() if part.asks else None

    def _show(self, piece: Piece, log: ProgressLog, supervisor: User) -> None:
        entry = LogEntry.objects.with_everything().get(log=log, outcome__code=piece.code)
        words = {"kind": piece.kind, "title": piece.title, "text": piece.text, **piece.more}
        if piece.kind == Evidence.Kind.SEEN_IN_WORKPLACE:
            words["seen_on"] = timezone.localdate() - timedelta(days=10)
        if piece.kind == Evidence.Kind.WORK_PRODUCT:
            words["upload"] = Upload.take(SimpleUploadedFile(CARD.name, CARD.read_bytes()), by=log.learner)
        Evidence.add(log, [entry], by=log.learner, submission=uuid4(), **words)
        if piece.fate == "kept":
            return
        entry = LogEntry.objects.with_everything().get(pk=entry.pk)
        entry.declare(by=log.learner, statement=READY, submission=uuid4())
        if piece.fate == "signed off":
            entry.sign_off(
                by=supervisor,
                proof=Proof("password", timezone.now()),
                method=Method.OBSERVATION,
                statement=SEEN,
                seen=entry.version,
                submission=uuid4(),
                looked_at={kept.pk for kept in entry.kept_elsewhere},
            )
        elif piece.fate == "returned":
            entry.send_back(by=supervisor, proof=Proof("password", timezone.now()), reason=REASON, seen=entry.version, submission=uuid4())
