"""Every fault of 4-messaging.md 4.7, by name."""

from tests.chaos.faults_of_lines import LINE_FAULTS
from tests.chaos.faults_of_messages import MESSAGE_FAULTS
from tests.chaos.faults_of_processes import PROCESS_FAULTS

FAULTS = {fault.name: fault for fault in (*PROCESS_FAULTS, *LINE_FAULTS, *MESSAGE_FAULTS)}
