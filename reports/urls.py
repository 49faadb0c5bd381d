"""Addresses of exports and of the public check."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("logs/<uuid:log_id>/export/", views.request_export, name="request_export"),
    path("exports/<uuid:export_id>/", views.export, name="export"),
    path("exports/<uuid:export_id>/download/", views.download, name="download"),
    path("verify/", views.verify, name="verify"),
]
