"""`manage.py check --deploy` with the variables of a production machine: any warning is a failure."""

import base64
import os
import secrets
import subprocess
import sys
import tempfile


def production(media_root: str) -> dict[str, str]:
    """Return a production environment; nothing of the caller's own settings leaks into it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return kept | {
        "DATABASE_URL": "postgres://sanli:secret@127.0.0.1:5432/sanli",
        "REDIS_URL": "redis://127.0.0.1:6379/0",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "TALK_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "ALLOWED_HOSTS": "sanli.example.cn",
        "MEDIA_ROOT": media_root,
        "SURVEY_KEYS": media_root,
    }


def main() -> int:
    """Run the check; return its exit status."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        return subprocess.run(command, env=production(folder)).returncode


if __name__ == "__main__":
    sys.exit(main())
