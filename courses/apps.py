"""What is taught: frameworks, courses, modules, activities."""

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "courses"
