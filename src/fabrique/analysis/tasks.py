"""The job that runs the engine, as the queue knows it.

Fed by services.ask_run, in the verb's transaction. Feeds services.execute_run.
"""

from django_tasks import task


@task()
def run_analysis(run_id: int) -> str:
    """Carry out a run; returns how it ended (a code)."""
    from fabrique.analysis.services.execution import carry_out

    return carry_out(run_id)
