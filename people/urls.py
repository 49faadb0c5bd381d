"""Addresses of joining and of a workplace's people."""

from django.urls import path

from people import views

app_name = "people"
COLLEAGUE = "team/<uuid:workplace_id>/<uuid:membership_id>/"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("reading/", views.reading, name="reading"),
    path("join/", views.join, name="join"),
    path("new-password/", views.new_password, name="new_password"),
    path("team/<uuid:workplace_id>/", views.team, name="team"),
    path("team/<uuid:workplace_id>/code/", views.new_code, name="new_code"),
    path("team/<uuid:workplace_id>/cover/", views.cover, name="cover"),
    path(f"{COLLEAGUE}role/", views.change_role, name="change_role"),
    path(f"{COLLEAGUE}password/", views.password_code, name="password_code"),
    path(f"{COLLEAGUE}end/", views.end_membership, name="end_membership"),
]
