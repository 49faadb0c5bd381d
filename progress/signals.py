"""What happens here that a room above may want to know. It listens; this room does not know who does."""

from django.dispatch import Signal

desk_finished = Signal()  # `log`: a ProgressLog; `by`: who has just decided on some of its outcomes. Sent once for each press.
