# One image for the web server, the worker, beat and the errands. It holds no secret, and whoever runs in it
# can change neither the code nor the packages.
FROM python:3.11.14-slim-bookworm AS packages
COPY requirements-production.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes -r requirements-production.txt

FROM python:3.11.14-slim-bookworm
# What WeasyPrint needs to set the PDF; its fonts are our own.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --home-dir /data --create-home --shell /usr/sbin/nologin countersign \
    && install -d -o countersign /checkpoints
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    COUNTERSIGN_MODE=production \
    COUNTERSIGN_DATA_DIR=/data
WORKDIR /srv/countersign
COPY --from=packages /venv /venv
COPY . .
# The settings want to be told everything before they start. What they are told here lives for this one step:
# the secret is made, used for nothing and forgotten, and the names lead nowhere.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(64))')" \
    DATABASE_URL=postgres://nobody@nowhere.invalid/nothing REDIS_URL=redis://nowhere.invalid \
    ALLOWED_HOSTS=nowhere.invalid COUNTERSIGN_SITE_URL=https://nowhere.invalid COUNTERSIGN_LEDGER_KEY_FILE=/nowhere COUNTERSIGN_SEAL_KEY=/nowhere \
    python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q .
USER countersign
EXPOSE 8000
CMD ["gunicorn", "cms.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--worker-class", "gthread", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--max-requests", "5000", "--max-requests-jitter", "500"]
