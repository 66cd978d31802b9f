"""The public site: results, plans, draws, lists and visit codes, without login."""

from coordinator.web.public import (
    directories,
    draws,
    items,
    listings,
    plans,
    results,
    verifying,
    visit_codes,
    visit_times,
    visits_per_place,
)

ROUTERS = (
    results.router,
    items.router,
    directories.router,
    plans.router,
    draws.router,
    verifying.router,
    listings.router,
    visit_codes.router,
    visit_times.router,
    visits_per_place.router,
)
