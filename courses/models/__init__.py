"""What is taught."""

from courses.models.course import CourseIndexPage, CoursePage, ModulePage
from courses.models.framework import Area, Framework, Outcome
from courses.models.unit import OutcomeLink, Unit

__all__ = ["Area", "CourseIndexPage", "CoursePage", "Framework", "ModulePage", "Outcome", "OutcomeLink", "Unit"]
