from tests.play import AUDITOR
async def test_x(dispatched):
    async with dispatched.work(AUDITOR) as w:
        print(await w.visits.count(), await w.tasks.count(), await w.outgoing.count())
