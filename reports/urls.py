"""Addresses of exports and of the public check."""

from django.urls import path

from reports import collection_views, leaving_views, quality_views, verify_views, views

app_name = "reports"
urlpatterns = [
    path("logs/<uuid:log_id>/export/", views.request_export, name="request_export"),
    path("logs/<uuid:log_id>/record/", views.record, name="record"),
    path("exports/<uuid:export_id>/", views.export, name="export"),
    path("exports/<uuid:export_id>/download/", views.download, name="download"),
    path("logs/<uuid:log_id>/pack/", views.request_pack, name="request_pack"),
    path("packs/<uuid:pack_id>/", views.pack, name="pack"),
    path("packs/<uuid:pack_id>/download/", views.download_pack, name="download_pack"),
    path("statements/<int:page_id>/", views.request_statement, name="request_statement"),
    path("statements/<uuid:statement_id>/", views.statement, name="statement"),
    path("statements/<uuid:statement_id>/download/", views.download_statement, name="download_statement"),
    path("account/everything/", leaving_views.everything, name="everything"),
    path("account/everything/<uuid:pack_id>/", leaving_views.leaving_pack, name="leaving_pack"),
    path("account/everything/<uuid:pack_id>/download/", leaving_views.download, name="download_leaving_pack"),
    path("handouts/<int:module_id>/", views.request_handout, name="request_handout"),
    path("handouts/<uuid:handout_id>/", views.handout, name="handout"),
    path("handouts/<uuid:handout_id>/download/", views.download_handout, name="download_handout"),
    path("team/<uuid:workplace_id>/logs/", collection_views.team_logs, name="team_logs"),
    path("team/<uuid:workplace_id>/logs/<uuid:collection_id>/", collection_views.collection, name="collection"),
    path("team/<uuid:workplace_id>/logs/<uuid:collection_id>/download/", collection_views.download, name="download_collection"),
    path("quality/<uuid:workplace_id>/report/", quality_views.quality_report, name="quality_report"),
    path("quality/<uuid:workplace_id>/report.csv", quality_views.quality_csv, name="quality_csv"),
    path("verify/", verify_views.verify, name="verify"),
    path("verify/verify_log.py", verify_views.program, name="program"),
    path("verify/file/", verify_views.check_file, name="check_file"),
    path("verify/files/<uuid:check_id>/", verify_views.checked_file, name="checked_file"),
]
