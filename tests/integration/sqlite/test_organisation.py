"""Organisation and calendar on SQLite."""

from tests.compliance.calendar import CalendarCompliance
from tests.compliance.organisation import OrganisationCompliance


class TestOrganisation(OrganisationCompliance):
    pass


class TestCalendar(CalendarCompliance):
    pass
