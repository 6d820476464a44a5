"""A Superset of the test's own: from PyPI in a virtual environment, SQLite for its own data, a port on
the loopback interface. Nothing of it stays but the virtual environment."""
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

from .sources import HERE

CONFIG = """
import os
exec(open({example!r}).read())
SECRET_KEY = {secret!r}
SQLALCHEMY_DATABASE_URI = "sqlite:///" + os.path.join({home!r}, "superset.db")
# A test on the loopback interface, over plain HTTP.
TALISMAN_ENABLED = False
WTF_CSRF_ENABLED = False
RATELIMIT_ENABLED = False
FAB_ADD_SECURITY_API = True
# Answers may be kept, but not for somebody else: docs/dashboards.md.
DATA_CACHE_CONFIG = {{"CACHE_TYPE": "FileSystemCache", "CACHE_DIR": os.path.join({home!r}, "cache"),
                     "CACHE_DEFAULT_TIMEOUT": 600}}
FEATURE_FLAGS = {{"CACHE_IMPERSONATION": True}}
"""


def environment_directory():
    """Outside the project: it is large, and of the machine."""
    cache = os.environ.get("XDG_CACHE_HOME", os.path.join(os.path.expanduser("~"), ".cache"))
    return os.environ.get("SUPERSET_VENV", os.path.join(cache, "moodle_fdw", "superset"))


def install():
    """The virtual environment, made or brought to the requirements; gives its directory."""
    directory = environment_directory()
    requirements = os.path.join(HERE, "requirements.txt")
    with open(requirements, encoding="utf-8") as file:
        wanted = file.read()
    stamp = os.path.join(directory, "installed.txt")
    if os.path.exists(stamp):
        with open(stamp, encoding="utf-8") as file:
            if file.read() == wanted:
                return directory
    if not os.path.exists(os.path.join(directory, "bin", "pip")):
        subprocess.run(["/usr/bin/python3", "-m", "venv", directory], check=True)
    subprocess.run([os.path.join(directory, "bin", "pip"), "install", "-q", "-r", requirements], check=True)
    with open(stamp, "w", encoding="utf-8") as file:
        file.write(wanted)
    return directory


class Superset:
    """One that runs, and who is logged in to it."""

    def __init__(self, venv, log):
        self.venv = venv
        self.home = tempfile.mkdtemp(prefix="moodle_superset.")
        self.log = open(log, "w", encoding="utf-8")  # noqa: SIM115, closed in stop()
        self.server = self.uri = None
        self.tokens = {}
        self.password = secrets.token_urlsafe(12)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        config = os.path.join(self.home, "superset_config.py")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(example=os.path.join(HERE, "superset_config.py"), home=self.home,
                                     secret=secrets.token_urlsafe(48)))
        self.environment = {**os.environ, "SUPERSET_CONFIG_PATH": config, "FLASK_APP": "superset.app:create_app()",
                            "SUPERSET_HOME": self.home, "SCARF_ANALYTICS": "false",
                            "PATH": os.path.join(venv, "bin") + ":" + os.environ["PATH"]}

    def command(self, *arguments):
        subprocess.run(["superset", *arguments], check=True, env=self.environment, cwd=self.home,
                       stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, timeout=600)

    def python(self, code):
        """Code within Superset's application."""
        program = "from superset.app import create_app\nwith create_app().app_context():\n" + \
            "".join(f"    {line}\n" for line in code.strip().splitlines())
        subprocess.run([os.path.join(self.venv, "bin", "python"), "-c", program], check=True, env=self.environment,
                       cwd=self.home, stdin=subprocess.DEVNULL, stdout=self.log, stderr=subprocess.STDOUT, timeout=300)

    def prepare(self):
        self.command("db", "upgrade")
        self.command("fab", "create-admin", "--username", "admin", "--firstname", "Ada", "--lastname", "Admin",
                     "--email", "admin@example.edu", "--password", self.password)
        self.command("init")

    def start(self):
        self.server = subprocess.Popen(
            [os.path.join(self.venv, "bin", "gunicorn"), "-w", "2", "--threads", "4", "--timeout", "120",
             "-b", f"127.0.0.1:{self.port}", "superset.app:create_app()"],
            env=self.environment, cwd=self.home, stdin=subprocess.DEVNULL, stdout=self.log,
            stderr=subprocess.STDOUT, start_new_session=True)
        for _ in range(240):
            try:
                with urllib.request.urlopen(self.url + "/health", timeout=5) as answer:
                    if answer.read() == b"OK":
                        return
            except OSError:
                time.sleep(0.5)
        raise RuntimeError("Superset does not start")

    def stop(self):
        if self.server:
            os.killpg(self.server.pid, signal.SIGTERM)
            try:
                self.server.wait(20)
            except subprocess.TimeoutExpired:
                os.killpg(self.server.pid, signal.SIGKILL)
        self.log.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def call(self, method, path, body=None, user="admin", headers=None):
        """(status, answer) of its API, as that user."""
        if user not in self.tokens and not path.endswith("/login"):
            status, answer = self.call("POST", "/api/v1/security/login", {
                "username": user, "password": self.password, "provider": "db", "refresh": False})
            if status != 200:
                raise RuntimeError(f"login of {user}: {answer}")
            self.tokens[user] = answer["access_token"]
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data=data, method=method, headers={
            "Content-Type": "application/json", **(headers or {}),
            **({"Authorization": "Bearer " + self.tokens[user]} if user in self.tokens else {})})
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status, json.loads(answer.read() or b"null")
        except urllib.error.HTTPError as error:
            text = error.read().decode(errors="replace")
            try:
                return error.code, json.loads(text)
            except ValueError:
                return error.code, text[:500]

    def upload(self, path, field, name, content, **more):
        """Like a form of Superset's pages."""
        boundary = secrets.token_hex(16)
        parts = []
        for key, value in more.items():
            parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode())
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="{field}"; filename="{name}"\r\n'
                     f'Content-Type: application/zip\r\n\r\n'.encode() + content + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return self.call("POST", path, body,
                         headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})
