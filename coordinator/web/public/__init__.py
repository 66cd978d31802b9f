"""The public site: results, plans, draws, lists and visit codes, without login."""

from coordinator.web.public import draws, listings, registers, results, visit_codes

ROUTERS = (
    results.router,
    registers.router,
    draws.router,
    listings.router,
    visit_codes.router,
)
