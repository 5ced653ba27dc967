#!/bin/sh
# What a container runs, by its first argument. Each part brings the database to this version before it starts: under a
# lock, so that whoever comes first does it and the others wait. PILOTAGE_MIGRATE=off leaves that to you.
set -eu

role=${1:-web}
[ $# -eq 0 ] || shift
[ "$role" = manage ] || echo "$role" > /tmp/role
mkdir -p "${PROMETHEUS_MULTIPROC_DIR:-/tmp/metrics}"

migrate() { [ "${PILOTAGE_MIGRATE:-on}" = off ] || python -W ignore manage.py migrate_once; }

worker() {
  migrate
  # SIGTERM: no new task is taken, the ones in work are ended. What is cut off after that is handed out again.
  exec python -m config.run_celery -A config worker --queues "$1" --concurrency "${CONCURRENCY:-$2}" \
    --loglevel "${LOG_LEVEL:-INFO}" --without-gossip --without-mingle
}

case $role in
  web)
    migrate
    exec granian --interface wsgi --no-ws --http 1 --host 0.0.0.0 --port "${PORT:-8000}" \
      --workers "${WEB_PROCESSES:-2}" --blocking-threads 32 --workers-kill-timeout 20 config.wsgi:application
    ;;
  worker) worker celery 2 ;; # judging, statistics, upkeep
  worker-notices) worker notices 2 ;; # mails and webhooks: waits for servers of others
  worker-evaluations) worker evaluations 4 ;;
  worker-all) worker celery,evaluations,notices 4 ;;
  beat)
    migrate
    exec python -m config.run_celery -A config beat --loglevel "${LOG_LEVEL:-INFO}" --pidfile= --schedule /tmp/beat
    ;;
  manage) exec python -W ignore manage.py "$@" ;;
  *)
    echo "There is no part \"$role\". Known: web, worker, worker-notices, worker-evaluations, worker-all, beat, manage COMMAND." >&2
    exit 64
    ;;
esac
