"""What is taught."""

from courses.models.course import CourseIndexPage, CoursePage, ModulePage
from courses.models.framework import Area, Framework, Outcome

__all__ = ["Area", "CourseIndexPage", "CoursePage", "Framework", "ModulePage", "Outcome"]
