"""The job that checks or records an import, as the queue knows it.

Fed by services.jobs, in the verb's transaction. Feeds services.execution.
"""

from django_tasks import task


@task()
def run_import(import_id: int) -> str:
    """Carry out the step that an import waits for; returns how it ended (a code)."""
    from fabrique.imports.services.execution import carry_out

    return carry_out(import_id)
