"""Of the container recipe what can be told without an engine: that what it names is there."""
import os
import re
import sys

import yaml

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
HERE = os.path.join(ROOT, "containers")
SERVICE_KEYS = {"build", "command", "depends_on", "environment", "ports", "profiles", "restart", "shm_size", "volumes"}
problems = []


def expect(truth, problem):
    if not truth:
        problems.append(problem)


def instructions(text):
    """(word, rest) of each, lines that go on joined."""
    joined = re.sub(r"\\\n\s*", "", re.sub(r"^\s*#.*\n", "", text, flags=re.M))
    return [line.split(None, 1) for line in joined.splitlines() if line.strip()]


def check_stages(parsed):
    """Stages by name; what is copied must be there, in the project or in an earlier stage."""
    stages = {}
    for word, rest in parsed:
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            expect(name, f"a stage without a name: {rest}")
            expect(image in stages or re.search(r":[^:]+$", image), f"an image without a tag: {image}")
            stages[name] = image
        elif word == "COPY":
            paths = [part for part in rest.split() if not part.startswith("--")]
            source = re.search(r"--from=(\S+)", rest)
            if source:
                expect(source.group(1) in stages, f"COPY from a stage that is not there: {rest}")
                continue
            for path in paths[:-1]:
                expect(os.path.exists(os.path.join(ROOT, path)), f"COPY of what is not there: {path}")
        elif word == "RUN" and "apt-get install" in rest:
            expect("--no-install-recommends" in rest and "rm -rf /var/lib/apt/lists" in rest,
                   f"apt-get without its manners: {rest[:60]}")
        expect(word not in ("ADD", "MAINTAINER"), f"{word} is not for here")
    return stages


def check_packages(text):
    """What it builds with is what scripts/demo builds with."""
    with open(os.path.join(ROOT, "scripts/lib/packages_demo"), encoding="utf-8") as file:
        for line in file:
            package = line.split("#")[0].strip()
            if package and not package.startswith("postgresql"):
                expect(package in text, f"the Dockerfile does not install {package}, of scripts/lib/packages_demo")


def check_service(name, service, services, stages, volumes):
    for key in set(service) - SERVICE_KEYS:
        problems.append(f"{name}: {key} is not known to this check")
    build = service.get("build", {})
    expect(build.get("target") in stages, f"{name}: no stage {build.get('target')}")
    expect(os.path.exists(os.path.join(HERE, build.get("context", ""), build.get("dockerfile", ""))),
           f"{name}: no Dockerfile there")
    for other in service.get("depends_on", {}):
        expect(other in services, f"{name}: depends on {other}, which is not there")
    for port in service.get("ports", []):
        expect(port.startswith("127.0.0.1:"), f"{name}: {port} is open to everybody")
    for volume in service.get("volumes", []):
        expect(volume.split(":")[0] in volumes, f"{name}: no volume {volume}")


def check_variables(text, readme):
    """Those without a default must be told of, where they are missing and in the README."""
    for name, rest in re.findall(r"\$\{(\w+)([^}]*)\}", text):
        expect(rest.startswith((":-", ":?")), f"{name} may be empty without a word")
        expect(name in readme, f"containers/README.md does not tell of {name}")


def main():
    texts = {}
    for name in ("Dockerfile", "compose.yaml", "README.md"):
        with open(os.path.join(HERE, name), encoding="utf-8") as file:
            texts[name] = file.read()
    stages = check_stages(instructions(texts["Dockerfile"]))
    check_packages(texts["Dockerfile"])
    compose = yaml.safe_load(texts["compose.yaml"])
    services = compose["services"]
    expect({"database", "superset"} <= set(services), "database and superset must be there")
    for name, service in services.items():
        check_service(name, service, services, stages, compose["volumes"])
    check_variables(texts["compose.yaml"], texts["README.md"])
    for name in os.listdir(HERE) + [os.path.join("initdb", name) for name in os.listdir(os.path.join(HERE, "initdb"))]:
        path = os.path.join(HERE, name)
        if os.path.isfile(path):
            with open(path, encoding="utf-8") as file:
                script = file.readline().startswith("#!")
            expect(not script or os.access(path, os.X_OK), f"{name} is not executable")
    for problem in problems:
        print(problem)
    return 1 if problems else 0


sys.exit(main())
