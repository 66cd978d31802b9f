"""What distinguishes one department's agent from another's."""

from dataclasses import dataclass
from importlib import import_module
from pkgutil import iter_modules

from department_agents import departments
from department_agents.settings import SystemKind


@dataclass(frozen=True, slots=True)
class Profile:
    """A department: its code in queues and keys, its names, how its back office is reached."""

    code: str
    name_zh: str
    name_en: str
    system: SystemKind


def profile_of(code: str) -> Profile:
    """Give the profile of a department; one without a module works by file drop under its code."""
    names = (one.name for one in iter_modules(departments.__path__))
    modules = (import_module(f"{departments.__name__}.{name}") for name in names)
    profiles: dict[str, Profile] = {module.PROFILE.code: module.PROFILE for module in modules}
    return profiles.get(code, Profile(code, code, code, SystemKind.FILE_DROP))
