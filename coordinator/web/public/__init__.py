"""The public site: results, plans, draws, lists and visit codes, without login."""

from coordinator.web.public import (
    checkpoints,
    complaints,
    credit_files,
    directories,
    draws,
    follow_up,
    items,
    listings,
    objections,
    penalties,
    plans,
    results,
    verifying,
    visit_codes,
    visit_times,
    visits_per_place,
)

ROUTERS = (
    results.router,
    objections.router,
    penalties.router,
    items.router,
    directories.router,
    plans.router,
    draws.router,
    verifying.router,
    checkpoints.router,
    complaints.router,
    listings.router,
    follow_up.router,
    visit_codes.router,
    credit_files.router,
    visit_times.router,
    visits_per_place.router,
)
