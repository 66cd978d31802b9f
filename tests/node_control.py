"""`rabbitmqctl` on a private node, for what only an administrator of the machine can do."""

import asyncio
import json
import os
import subprocess

from deploy.local.member import NODE_NAME
from deploy.local.private_node import PrivateNode

_CTL = "/usr/lib/rabbitmq/bin/rabbitmqctl"


async def rabbitmqctl(node: PrivateNode, *argv: str) -> str:
    """Run one command and give what it says; CalledProcessError when it fails."""
    folder = node.folder
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": f"{folder}/home",
        "LANG": "C.UTF-8",
        "ERL_EPMD_PORT": str(json.loads((folder / "ports.json").read_text())["epmd"]),
        "RABBITMQ_CONF_ENV_FILE": f"{folder}/etc/rabbitmq-env.conf",
    }
    command = [_CTL, "-n", NODE_NAME, *argv]
    done = await asyncio.to_thread(
        subprocess.run, command, env=environment, check=True, capture_output=True, text=True
    )
    return str(done.stdout)
