"""Addresses of joining and of a workplace's people."""

from django.urls import path

from people import notice_views, views

app_name = "people"
COLLEAGUE = "team/<uuid:workplace_id>/<uuid:membership_id>/"
urlpatterns = [
    path("account/", views.account, name="account"),
    path("reading/", views.reading, name="reading"),
    path("join/", views.join, name="join"),
    path("new-password/", views.new_password, name="new_password"),
    path("notices/", notice_views.notices, name="notices"),
    path("notices/read/", notice_views.read_notices, name="read_notices"),
    path("notices/choices/", notice_views.letters, name="letters"),
    path("notices/address/", notice_views.address, name="address"),
    path("notices/address/<str:token>/", notice_views.confirm_address, name="confirm_address"),
    path("notices/stop/<str:token>/", notice_views.stop_letters, name="stop_letters"),
    path("notices/<uuid:notice_id>/open/", notice_views.open_notice, name="open_notice"),
    path("team/<uuid:workplace_id>/", views.team, name="team"),
    path("team/<uuid:workplace_id>/code/", views.new_code, name="new_code"),
    path("team/<uuid:workplace_id>/cover/", views.cover, name="cover"),
    path(f"{COLLEAGUE}role/", views.change_role, name="change_role"),
    path(f"{COLLEAGUE}password/", views.password_code, name="password_code"),
    path(f"{COLLEAGUE}end/", views.end_membership, name="end_membership"),
]
