"""Registers 一单两库: what the office keeps, and every way it gets in."""

from coordinator.services.registers.directories import (
    import_experts,
    import_inspectors,
    import_joint_list,
    import_objects,
    import_recusals,
    link_row,
    publish_items,
    register_departments,
)

__all__ = [
    "import_experts",
    "import_inspectors",
    "import_joint_list",
    "import_objects",
    "import_recusals",
    "link_row",
    "publish_items",
    "register_departments",
]
