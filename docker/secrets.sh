#!/bin/sh
# Makes the secrets that compose.yaml reads, each once: what is there is left as it is.
set -eu
umask 077
cd "$(dirname "$0")"
mkdir -p secrets

random() { head -c 48 /dev/urandom | base64 | tr -d '+/=\n' | head -c 48; }
keep() { [ -s "secrets/$1" ] || printf '%s' "$2" > "secrets/$1"; }

keep secret_key "$(random)$(random)"
keep postgres_password "$(random)"
keep redis_password "$(random)"
keep rabbitmq_password "$(random)"
keep metrics_token "$(random)"
keep database_url "postgres://pilotage:$(cat secrets/postgres_password)@postgres:5432/pilotage"
keep redis_url "redis://:$(cat secrets/redis_password)@redis:6379/0"
keep broker_url "amqp://pilotage:$(cat secrets/rabbitmq_password)@rabbitmq:5672//"
# Compose shows a file to its containers as it is, and each runs as a user of its own. Nobody else enters the directory.
chmod 0444 secrets/*
chmod 0700 secrets
echo "docker/secrets is complete. Keep a copy of secret_key where your backups are."
