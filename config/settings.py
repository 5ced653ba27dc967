"""All settings, read from the environment; a secret `NAME` may also be given as a file by `NAME_FILE`.

`make run` writes `var/local.env`; it is read when present, so that `manage.py` in a second shell finds the same instance.
A variable that is set in the environment always wins. What production misses is reported by `config.checks`.
What no installation chooses has a file each: the timetable of beat, what a browser may do, how the admin looks.
"""

from datetime import timedelta
from pathlib import Path

from config import appearance, content_policy, data_policy, errors_elsewhere, logs, queues, timetable
from config.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent

env = Environment()
VAR_DIR = Path(env.str("PILOTAGE_VAR", default=str(BASE_DIR / "var")))
if env.str("PILOTAGE_ENV", default="local") == "local" and (VAR_DIR / "local.env").exists():
    env.read_env(VAR_DIR / "local.env")

PILOTAGE_ENV = env.str("PILOTAGE_ENV", default="production")
LOCAL = PILOTAGE_ENV in {"local", "test"}
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="only-for-tests-and-checks" if LOCAL else "")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "testserver"] if LOCAL else [])
BASE_URL = env.str("PILOTAGE_BASE_URL", default="http://127.0.0.1:8000")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "csp",
    "axes",
    "pgtrigger",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "template_partials",
    "config.apps.ConfigConfig",
    "evaluations.apps.EvaluationsConfig",
    "pilots.apps.PilotsConfig",
    "accounts.apps.AccountsConfig",
]

MIDDLEWARE = [
    "config.requests.RequestIdMiddleware",
    "config.metrics.requests.MeasuringMiddleware",
    "config.requests.LargestBodyMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.common.CommonMiddleware",
    "config.page_middleware.ForPages",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.security.PolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
    "pilots.hidden_pilots.HiddenPilots",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "config" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "config.form_renderer.FormRenderer"

# --- database, broker, cache ---------------------------------------------------------------------------------------
DATABASES = {"default": env.db("DATABASE_URL", default="postgres:///pilotage")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("DATABASE_CONN_MAX_AGE", default=60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# Plans and cursors live in one connection of the server: off behind a pooler that changes it between transactions.
DATABASE_PREPARE = env.bool("DATABASE_PREPARE", default=True)
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = not DATABASE_PREPARE
DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = (
    1 if DATABASE_PREPARE else None  # used where pilots.actions.server_bound says so
)
if DATABASE_PREPARE:
    # A machine that loses its network in a transaction must not hold its locks for hours. A pooler takes no such option.
    DATABASES["default"]["OPTIONS"].setdefault("options", "-c idle_in_transaction_session_timeout=5min")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/0")
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}

CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default=REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None  # none is kept: nothing to clear at night
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False  # unused; RabbitMQ keeps its queue for a worker that was killed
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A task whose worker died is handed out again after this many seconds; stalled runs are swept by beat sooner.
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"visibility_timeout": env.int("CELERY_VISIBILITY_TIMEOUT", default=600)}
    if CELERY_BROKER_URL.startswith("redis")
    else {}  # RabbitMQ knows by itself when a worker is gone
)
CELERY_BEAT_SCHEDULER = "config.beat:OneBeat"
CELERY_TASK_ROUTES = queues.ROUTES
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SYNC_EVERY = 1
CELERY_BEAT_SCHEDULE = timetable.CELERY_BEAT_SCHEDULE

# Measurements of decided pilots are sealed and dropped this many months after theirs has ended; 0 keeps all.
MEASUREMENTS_KEPT_MONTHS = env.int("MEASUREMENTS_KEPT_MONTHS", default=36)
TEXTS_STORED: dict[str, str] = data_policy.stored(env)  # by data class, as is the next: docs/privacy.md
TEXTS_KEPT_DAYS: dict[str, int] = data_policy.kept_days(env)
# The task that evaluations starts, by name, when results of a run are stored. `evaluations` knows nothing of `pilots`.
EVALUATIONS_RUN_FINISHED_TASK = "pilots.absorb_run"
# What the catalogue asks who uses a deployment, for the same reason.
EVALUATIONS_USED_BY = "pilots.queries.usage.of_deployments"
# Who says which rows of evaluations a caller of the API may know of.
EVALUATIONS_VISIBLE_TO = "pilots.api.catalogue.visible"
# The hosts that model calls may go to; nothing is allowed by default. `make run` adds its own local model.
EVALUATIONS_ALLOWED_HOSTS = env.list("EVALUATIONS_ALLOWED_HOSTS", default=[])
# Private hosts that webhooks may go to, such as private:hooks.internal:8080; public ones may always be reached.
NOTIFICATIONS_ALLOWED_HOSTS = env.list("NOTIFICATIONS_ALLOWED_HOSTS", default=[])
PILOTAGE_LOCAL_MODEL_URL = env.str("PILOTAGE_LOCAL_MODEL_URL", default="")

# --- what the organisation asks of every pilot ----------------------------------------------------------------------
PILOT_WINDOW_MIN_DAYS = env.int("PILOT_WINDOW_MIN_DAYS", default=28)
PILOT_MAINTENANCE_MIN_DAYS = env.int("PILOT_MAINTENANCE_MIN_DAYS", default=7)
PILOT_BASELINE_MIN_DAYS = env.int("PILOT_BASELINE_MIN_DAYS", default=7)
# What a new charter proposes: days of the baseline, of the whole window, and of the maintenance phase at its end.
PILOT_BASELINE_DAYS = env.int("PILOT_BASELINE_DAYS", default=14)
PILOT_WINDOW_DAYS = env.int("PILOT_WINDOW_DAYS", default=56)
PILOT_MAINTENANCE_DAYS = env.int("PILOT_MAINTENANCE_DAYS", default=21)
# Days after the end of the window until a decision nobody signed is called overdue.
PILOT_OVERDUE_DAYS = env.int("PILOT_OVERDUE_DAYS", default=7)
# A go rests on so many examples of failure, or on so many items that were searched for them. 0 asks for none.
PILOT_FAILURES_NEEDED = env.int("PILOT_FAILURES_NEEDED", default=3)
PILOT_SEARCHED_NEEDED = env.int("PILOT_SEARCHED_NEEDED", default=50)
# Operating rules must have been unchanged for this long before a system is connected.
PILOT_RULES_SETTLE_DAYS = env.int("PILOT_RULES_SETTLE_DAYS", default=14)
# Somebody who reviews and neither types, clicks nor scrolls for so long is not looking any more; and what she had before
# her goes to others when the page gave no sign of life for so long.
PILOT_REVIEW_IDLE_SECONDS = env.int("PILOT_REVIEW_IDLE_SECONDS", default=60)
PILOT_REVIEW_LEASE_MINUTES = env.int("PILOT_REVIEW_LEASE_MINUTES", default=15)

# --- people --------------------------------------------------------------------------------------------------------
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "pilots:board"
LOGOUT_REDIRECT_URL = "login"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "accounts.backends.People"]
PASSWORD_SIGN_IN = env.bool("PASSWORD_SIGN_IN", default=True)
# Groups (or `administrators`) whose people need a second factor; everybody may have one.
SECOND_FACTOR_REQUIRED = env.list("SECOND_FACTOR_REQUIRED", default=[])
# The company's accounts, by OpenID Connect: nothing of it can be reached without an issuer. docs/how-to-accounts.md.
OPENID_ISSUER = env.str("OPENID_ISSUER", default="")
OPENID_NAME = env.str("OPENID_NAME", default="your company's account")
OPENID_CLIENT_ID = env.str("OPENID_CLIENT_ID", default="")
OPENID_CLIENT_SECRET = env.str("OPENID_CLIENT_SECRET", default="")
OPENID_SCOPES = env.str("OPENID_SCOPES", default="openid profile email")
OPENID_ALLOWED_HOSTS = env.list("OPENID_ALLOWED_HOSTS", default=[])
# Which claim lists her groups there, and which of them gives which part here: {"ai-pilot-owners": "Owners"}.
OPENID_GROUPS_CLAIM = env.str("OPENID_GROUPS_CLAIM", default="groups")
OPENID_GROUPS: dict[str, str] = env.json("OPENID_GROUPS", default={})
OPENID_CREATE_PEOPLE = env.bool("OPENID_CREATE_PEOPLE", default=False)
OPENID_EMAILS_ARE_VERIFIED = env.bool("OPENID_EMAILS_ARE_VERIFIED", default=False)
# After so many wrong passwords for a name from one address, neither gets in together until the time is over. Kept in
# the database: a restart forgives nothing.
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURES", default=5)
AXES_COOLOFF_TIME = timedelta(minutes=env.int("SIGN_IN_LOCKED_MINUTES", default=15))
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "config.sign_in.locked"
AXES_CLIENT_IP_CALLABLE = "config.sign_in.client_address"
AXES_HTTP_RESPONSE_CODE = 429
AXES_DISABLE_ACCESS_LOG = True  # who signed in is in the log already
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# How many proxies of yours stand in front, each adding to X-Forwarded-For; 0 believes no header.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
SESSION_COOKIE_AGE = env.int("SESSION_HOURS", default=12) * 3600
if PILOTAGE_ENV == "test":
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# --- mail: EMAIL_URL=smtp://user:password@mail.example.org:587 (smtp+tls, smtp+ssl); locally mails are files in var/mail
EMAIL_URL = env.str("EMAIL_URL", default=f"filemail:///{VAR_DIR / 'mail'}" if LOCAL else "")
EMAIL_IS_SET = bool(EMAIL_URL)
if EMAIL_IS_SET:
    vars().update(env.email_url("EMAIL_URL", default=EMAIL_URL))
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Pilotage <pilotage@localhost>")

# --- language, time, static files ----------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_THOUSAND_SEPARATOR = False
STATIC_URL = "/static/"
# Locally the files are served from where they are.
STATIC_ROOT = None if LOCAL else Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
WHITENOISE_USE_FINDERS = LOCAL
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if LOCAL
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# No body is longer than this, wherever it is sent to; most addresses stop far earlier.
LARGEST_BODY = env.int("LARGEST_BODY", default=26 * 1024 * 1024)
# Requests of one web process, once their bodies are here, without small posts. Threads beyond it wait for bodies of slow
# clients.
WORKED_ON_AT_A_TIME = env.int("WORKED_ON_AT_A_TIME", default=24)

# --- the REST door -------------------------------------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "pilots.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["pilots.api.throttles.TokenThrottle"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.parsers.BoundedJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "config.api.CursorPage",
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.api.problem_response",
    "PAGE_SIZE": 100,
}
# What one token may ask for in the long run and at once; 0 a second is no limit. A full batch is 5 MB.
TOKEN_REQUESTS_PER_SECOND = env.float("TOKEN_REQUESTS_PER_SECOND", default=2_000)
TOKEN_REQUESTS_BURST = env.float("TOKEN_REQUESTS_BURST", default=20_000)
TOKEN_BYTES_PER_SECOND = env.float("TOKEN_BYTES_PER_SECOND", default=20e6)
TOKEN_BYTES_BURST = env.float("TOKEN_BYTES_BURST", default=200e6)
SPECTACULAR_SETTINGS = {
    "TITLE": "Pilotage",
    "DESCRIPTION": "Post measurements, read verdicts, hold a rollout at the gate. People sign decisions on the page.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.IsAuthenticated"],
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "ENUM_NAME_OVERRIDES": {
        "PilotState": "pilots.models.pilot.State",
        "RunState": "evaluations.models.run.RunState",
        "MeasuredOutcome": "evaluations.models.run.Outcome",
        "DecisionOutcome": "pilots.models.decision.DecisionOutcome",
    },
}

# --- what the browser may do ---------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = content_policy.CONTENT_SECURITY_POLICY
ADMIN_CONTENT_SECURITY_POLICY = content_policy.ADMIN_CONTENT_SECURITY_POLICY
API_DOCS_CONTENT_SECURITY_POLICY = content_policy.API_DOCS_CONTENT_SECURITY_POLICY
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
if not LOCAL:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]  # asked from inside, without TLS
    SECURE_HSTS_SECONDS = env.int("SECURE_HSTS_SECONDS", default=31_536_000)
    SECURE_HSTS_INCLUDE_SUBDOMAINS = env.bool("SECURE_HSTS_INCLUDE_SUBDOMAINS", default=True)
    SECURE_HSTS_PRELOAD = env.bool("SECURE_HSTS_PRELOAD", default=True)
    SESSION_COOKIE_SECURE = True
    CSRF_COOKIE_SECURE = True
    # The browser itself refuses these names from anywhere but this host by TLS.
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
SILENCED_SYSTEM_CHECKS: list[str] = []
UNFOLD = appearance.UNFOLD

# --- what is told to those who operate it ---------------------------------------------------------------------------
# /metrics answers to this token, or to these networks (of the address that connects: a proxy's, behind a proxy).
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_NETWORKS = env.list("METRICS_NETWORKS", default=[])
SECRETS = logs.secrets_of(
    *(SECRET_KEY, *SECRET_KEY_FALLBACKS, OPENID_CLIENT_SECRET, METRICS_TOKEN),
    *(REDIS_URL, CELERY_BROKER_URL, DATABASES["default"].get("PASSWORD", "")),
)
LOGGING = logs.configuration(
    json_lines=env.bool("LOG_JSON", default=not LOCAL),
    level=env.str("LOG_LEVEL", default="INFO"),
    known=SECRETS,
)
# Errors go to Sentry when this is set: where they happened and of what type, never a message, body, cookie or name.
if SENTRY_DSN := env.str("SENTRY_DSN", default=""):
    errors_elsewhere.report(dsn=SENTRY_DSN, environment=PILOTAGE_ENV, known=SECRETS)
# Traces go to a collector when OpenTelemetry's own variable names one.
if TRACES := bool(env.str("OTEL_EXPORTER_OTLP_ENDPOINT", default="")):
    MIDDLEWARE.insert(1, "config.traces.Tracing")
