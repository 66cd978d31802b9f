"""Every fault of 4-messaging.md 4.7, by name."""

from tests.chaos.faults_of_disks import DISK_FAULTS
from tests.chaos.faults_of_lines import LINE_FAULTS
from tests.chaos.faults_of_messages import MESSAGE_FAULTS
from tests.chaos.faults_of_processes import PROCESS_FAULTS
from tests.chaos.small_disks import may_mount

_PLAYABLE = (
    *PROCESS_FAULTS,
    *LINE_FAULTS,
    *MESSAGE_FAULTS,
    *(DISK_FAULTS if may_mount() else ()),
)
FAULTS = {fault.name: fault for fault in _PLAYABLE}
LEFT_OUT = [fault.name for fault in DISK_FAULTS if fault.name not in FAULTS]
"""Faults that only who may mount a file system can play."""
