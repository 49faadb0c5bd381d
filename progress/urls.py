"""Addresses of learning, logs and review."""

from django.urls import path

from progress.views import drafts, evidence, group, learn, log, record, review, witness

app_name = "progress"
OUTCOME = "learn/logs/<uuid:log_id>/<str:code>/"
urlpatterns = [
    path("learn/", learn.learn, name="learn"),
    path("learn/start/<uuid:framework_id>/", learn.start_log, name="start_log"),
    path("learn/modules/<int:module_id>/answer/<slug:activity_id>/", learn.answer, name="answer"),
    path("learn/modules/<int:module_id>/words/<slug:activity_id>/", learn.write, name="write"),
    path("learn/modules/<int:module_id>/continue/<slug:step_id>/", learn.go_on, name="go_on"),
    path("learn/modules/<int:module_id>/plan/<slug:activity_id>/", learn.plan, name="plan"),
    path("learn/modules/<int:module_id>/lead/<slug:activity_id>/", group.lead, name="lead"),
    path("learn/modules/<int:module_id>/join/<slug:activity_id>/", group.join, name="join_group"),
    path("learn/sessions/<uuid:session_id>/", group.group, name="group"),
    path("learn/evidence/<uuid:evidence_id>/", evidence.evidence_file, name="evidence_file"),
    path("learn/uploads/<uuid:upload_id>/", evidence.upload, name="upload"),
    path("learn/drafts/", drafts.save, name="save_draft"),
    path("learn/logs/<uuid:log_id>/", log.log, name="log"),
    path(OUTCOME, log.outcome, name="outcome"),
    path("learn/evidence/<uuid:evidence_id>/versions/", evidence.versions, name="evidence_versions"),
    path(f"{OUTCOME}evidence/<uuid:evidence_id>/new-version/", evidence.new_version, name="new_version"),
    path(f"{OUTCOME}evidence/<slug:kind>/", evidence.add_evidence, name="add_evidence"),
    path(f"{OUTCOME}use-evidence/", log.use_evidence, name="use_evidence"),
    path(f"{OUTCOME}use-words/<uuid:answer_id>/", log.use_words, name="use_words"),
    path(f"{OUTCOME}witness/", witness.ask, name="ask_witness"),
    path("learn/witness/<uuid:request_id>/", witness.link, name="witness_link"),
    path("witness/thanks/", witness.thanks, name="witness_thanks"),
    path("witness/<str:token>/", witness.witness, name="witness"),
    path(f"{OUTCOME}declare/", log.declare, name="declare"),
    path(f"{OUTCOME}sent/", log.sent, name="sent"),
    path(f"{OUTCOME}call-back/", log.call_back, name="call_back"),
    path("review/", review.review, name="review"),
    path("review/record/", record.record_together, name="record_together"),
    path("review/<uuid:log_id>/", review.review_log, name="review_log"),
    path("review/<uuid:log_id>/check/", review.check, name="review_check"),
    path("review/<uuid:log_id>/record/", record.record, name="record"),
    path("review/<uuid:log_id>/decide/", review.decide, name="review_decide"),
    path("review/<uuid:log_id>/done/", review.done, name="review_done"),
    path("review/<uuid:log_id>/<str:code>/withdraw/", review.withdraw, name="withdraw"),
]
