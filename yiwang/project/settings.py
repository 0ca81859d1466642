"""Django's settings. What a town may set comes from the environment and is listed in docs/reference/settings.md."""

import os
from pathlib import Path
from typing import Any

from yiwang.project import ciphers, database, logs, packfolders, proxies, townfile, witnesses

ROOT = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("YIWANG_DATA", ROOT / "var")).resolve()
TOWN_DIR = Path(os.environ.get("YIWANG_TOWN", ROOT / "towns" / "xinhai")).resolve()
TOWN_LOADER = "yiwang.project.town"
TOWN_LIFE = "yiwang.project.simulation.town_life"
"""What loads TOWN_DIR into an empty database (project/prepare.py)."""

DEBUG = os.environ.get("YIWANG_DEBUG") == "1"
SECRET_KEY = os.environ.get("YIWANG_SECRET_KEY", "")
"""Signs sessions and seals phones and names; `yiwang up` makes one per town in the data folder (project/secret.py)."""
ALLOWED_HOSTS = os.environ.get("YIWANG_HOSTS", "127.0.0.1,localhost,[::1],testserver").replace(" ", "").split(",")
HTTPS = os.environ.get("YIWANG_HTTPS") == "1"
"""Whether readers reach the town by https, through a proxy that says so in X-Forwarded-Proto. Unset, nobody is believed."""
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("YIWANG_ORIGINS", "").split(",") if origin]

KERNEL_APPS = [
    "yiwang.kernel",
    "yiwang.kernel.journal",
    "yiwang.kernel.people",
    "yiwang.kernel.places",
    "yiwang.kernel.files",
    "yiwang.kernel.notices",
]
MODULE_APPS = [
    "yiwang.registers",
    "yiwang.cases",
    "yiwang.intake.reports",
    "yiwang.intake.sensing",
    "yiwang.intake.sensing.alarms",
    "yiwang.intake.sensing.samples",
    "yiwang.indicators",
    "yiwang.plan",
    "yiwang.plan.summaries",
]
OWN_PACKS = packfolders.named(os.environ.get("YIWANG_PACKS", ""))
"""Folders outside the source tree in which the town's own packs lie."""
PACKS = packfolders.folders(ROOT / "yiwang" / "packs", *OWN_PACKS)
"""A pack is installed by lying there; nothing names it."""
DOOR_APPS = [
    "yiwang.gateways.api",
    "yiwang.gateways.witnesses",
    "yiwang.web",
    "yiwang.web.portal",
    "yiwang.web.board",
    "yiwang.web.transparency",
    "yiwang.web.surroundings",
    "yiwang.web.desk",
    "yiwang.project",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    *KERNEL_APPS,
    *MODULE_APPS,
    *DOOR_APPS,
    "django.contrib.admin",  # last: the desk's templates for it come first
]

MIDDLEWARE = [
    "yiwang.web.marks.MarkMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "yiwang.web.policy.ContentPolicyMiddleware",  # early: also for what the others answer by themselves
    "yiwang.web.packing.PackingMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "yiwang.web.keeping.KeepingMiddleware",
    "yiwang.kernel.people.middleware.PeopleMiddleware",
    "yiwang.project.bodycheck.BodyMiddleware",  # before anything reads the body, after what its refusals are shown with
    "yiwang.web.problems.ProblemMiddleware",
]
CSRF_FAILURE_VIEW = "yiwang.web.problems.csrf_failure"

ROOT_URLCONF = "yiwang.project.urls"
WSGI_APPLICATION = "yiwang.project.wsgi.application"
ASGI_APPLICATION = "yiwang.project.asgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
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

DATABASES = {"default": database.from_environment(os.environ)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.Account"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["username"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
DEMONSTRATION = townfile.is_demonstration(TOWN_DIR)
"""Invented persons (towns/<town>/accounts.yaml) may log in only while this is true,"""
DEMONSTRATION_LOG_INS = os.environ.get("YIWANG_DEMONSTRATION") == "1"
"""and while nobody else can reach the town, or somebody has said that they may: `yiwang up` decides (project/up.py)."""
PAST = DATA_DIR / "life.jsonl"
"""Stands while invented people's past is still being lived (environment.Folder.life); pages say so."""
CODE_SENDER = os.environ.get("YIWANG_CODE_SENDER", "yiwang.kernel.people.codes.OutboxSender")
"""What brings one-time codes to phones (kernel/people/codes.py)."""
MAIL_SENDER = os.environ.get("YIWANG_MAIL_SENDER", "yiwang.kernel.notices.mail.OutboxMail")
"""What brings notices to the mailboxes of staff (kernel/notices/mail.py)."""
SMTP = os.environ.get("YIWANG_SMTP", "")
MAIL_FROM = os.environ.get("YIWANG_MAIL_FROM", "")
CODE_LIMITS = townfile.code_limits(TOWN_DIR)
"""The most codes in an hour (kernel/people/rules.py), as the town's card says."""
VISITOR_LIMITS = townfile.visitor_limits(TOWN_DIR)
"""The most that one address sends in an hour without logging in (kernel/people/rules.py), as the town's card says."""
PROXIES = proxies.networks(os.environ.get("YIWANG_PROXIES", ""))
"""Whose X-Forwarded-For is believed when guesses, codes and visitors' sendings are counted by address."""
WITNESSES = witnesses.addresses(os.environ.get("YIWANG_WITNESSES", ""))
"""Who outside the town keeps the journal's signed heads (gateways/witnesses),"""
WITNESS_MINUTES = witnesses.minutes(os.environ.get("YIWANG_WITNESS_MINUTES", ""))
"""and how many minutes there are at least between two that one of them is told of."""
CIPHER = ciphers.cipher(os.environ.get("YIWANG_CIPHER", ""))
"""What seals names, telephones and the journal's private payloads (kernel/secrecy.py)."""
METRICS_TOKEN = os.environ.get("YIWANG_METRICS_TOKEN", "")
"""What lets a watchman on another machine read /metrics (project/measured.py)."""
LOGIN_URL = "/desk/login"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "yiwang.project.static.StaticNames"},
}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if HTTPS else 0
"""Browsers then ask by https alone for a month after each visit; long enough to protect, short enough to turn back."""
SESSION_ENGINE = "yiwang.kernel.people.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
LOGGING = logs.configuration(DATA_DIR, as_json=os.environ.get("YIWANG_LOG_FORM") == "json")
MOST_BODY_BYTES = 32 * 1024 * 1024
"""Of a request as a whole (project/bodies.py): the largest file that a form takes has 30 MB."""
