"""A machine to deploy from: a copy of what scripts need, an Azure CLI that is a stand-in, and tools that note they were called."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STAND_IN = Path(__file__).parent / "stand_in_az.py"
NPM = """
echo "npm $*${VIGOR_API_ADDRESS:+ for $VIGOR_API_ADDRESS}" >>"$STAND_IN_HOME/calls"
case "$*" in
  *build) # as Vite does: the environment wins over a file
    told=${VIGOR_API_ADDRESS-$(sed -n s/^VIGOR_API_ADDRESS=//p .env.production.local)}
    mkdir -p dist
    sed "s|connect-src 'self'|&${told:+ $told}|" staticwebapp.config.json >dist/staticwebapp.config.json
    ;;
  exec*) ! rm "$STAND_IN_HOME/site-refused" 2>/dev/null ;;
esac
"""


class Machine:
    """`home` holds what the stand-ins keep; `repository` is free to be built in."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.repository = home / "repository"
        for folder in ("infrastructure", "release"):
            kept = shutil.ignore_patterns("node_modules", "__pycache__")
            shutil.copytree(ROOT / folder, self.repository / folder, ignore=kept)
        (self.repository / "static_web_app").mkdir()
        shutil.copy(ROOT / "static_web_app" / "staticwebapp.config.json", self.repository / "static_web_app")
        (home / "secrets").mkdir()
        (home / "bin").mkdir()
        self.tool("az", f'exec {sys.executable} {STAND_IN} "$@"')
        self.tool("sleep", "exit 0")
        self.tool("npm", NPM)
        self.tool("azd", 'echo "azd $*" >>"$STAND_IN_HOME/calls"; echo "$3=$4" >>"$STAND_IN_HOME/azd-env"')
        self.tool("curl", 'echo "curl $*" >>"$STAND_IN_HOME/calls"')
        self.tool(
            "python3", 'echo "python3 $*" >>"$STAND_IN_HOME/calls"; ! rm "$STAND_IN_HOME/proof-refused" 2>/dev/null'
        )

    def tool(self, name: str, body: str) -> None:
        """Put a tool there, or in the place of another; `body` is what it does, for sh."""
        path = self.home / "bin" / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def run(self, script: str, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        """Run a script of infrastructure/ by its name, or one of another folder."""
        command = [str(self.repository / "infrastructure" / script), *arguments]
        return self.execute(command, self.repository, {"VIGOR_ALERT_EMAIL": "owner@example.com", **environ})

    def execute(self, command: list[str], folder: Path, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
        """Run a command in a folder, with nothing in the environment but what is given and the stand-ins."""
        path = f"{self.home / 'bin'}:{os.environ['PATH']}"
        environ = {"PATH": path, "STAND_IN_HOME": str(self.home), **environ}
        return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True, timeout=60, check=False)

    @property
    def secrets(self) -> dict[str, str]:
        """What the vault holds."""
        return {path.name: path.read_text() for path in (self.home / "secrets").iterdir()}

    @property
    def calls(self) -> list[str]:
        """What the tools were asked for, in order."""
        return (self.home / "calls").read_text().splitlines()

    @property
    def site_connects_to(self) -> set[str]:
        """What the built web client lets its pages connect to, but for their own origin."""
        built = (self.repository / "static_web_app" / "dist" / "staticwebapp.config.json").read_text()
        policies = [one.partition(";")[0].partition('"')[0] for one in built.split("connect-src 'self'")[1:]]
        return set(" ".join(policies).split())
