"""
Two DAGs for Airflow 3: the closed quarter after it has closed, the running one every Monday.

To install: change the two values below and copy this file into the folder of the DAGs. The workers
need the folder of Tacheles, and their user must be allowed to write to it.
(Airflow 2: `from airflow import DAG`, `from airflow.operators.bash import BashOperator`.)
"""

from datetime import UTC, datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

TACHELES_HOME = "/srv/tacheles"
NAME = "mycommunity"


def dag_of(quarter: str, schedule: str) -> DAG:
    """Look whether all is well, then publish; code 3 of check, usable with gaps, is no failure."""
    with DAG(
        f"tacheles_{NAME}_{quarter}",
        schedule=schedule,
        start_date=datetime(2026, 1, 1, tzinfo=UTC),
        catchup=False,  # which quarter it is depends on the day of the run
        max_active_runs=1,
    ) as dag:
        check = BashOperator(
            task_id="check",
            bash_command=f"python3 run.py check {NAME} || [ $? -eq 3 ]",
            cwd=TACHELES_HOME,
        )
        report = BashOperator(
            task_id="report",
            bash_command=f"python3 run.py report {NAME} --quarter {quarter}",
            cwd=TACHELES_HOME,
        )
        check >> report
    return dag


# On three mornings, in UTC: an export that comes late is taken on the next. From the 2nd on the
# quarter is over in every time zone. A fiscal year from February on: 2,5,8,11 instead of 1,4,7,10.
last = dag_of("last", "0 5 2-4 1,4,7,10 *")

# Fails as long as there is no record of the running quarter.
running = dag_of("running", "0 7 * * 1")
