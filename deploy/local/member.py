"""Who a private node is: alone, or one of a cluster."""

from dataclasses import dataclass

NODE_NAME = "onevisit@localhost"


@dataclass(frozen=True)
class Member:
    """A node's name, the names of all in its cluster, the epmd that they share.

    By default it is alone and runs an epmd of its own.
    """

    name: str = NODE_NAME
    names: tuple[str, ...] = ()
    epmd_port: int | None = None

    @property
    def formation(self) -> str:
        """Name the members to each other, as lines of rabbitmq.conf; nothing for one alone."""
        if not self.names:
            return ""
        nodes = "cluster_formation.classic_config.nodes"
        rows = [f"{nodes}.{number} = {name}\n" for number, name in enumerate(self.names, start=1)]
        return "cluster_formation.peer_discovery_backend = classic_config\n" + "".join(rows)
