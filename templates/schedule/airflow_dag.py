# To install: change folder and community, then copy this file into Airflow's folder of DAGs.
# For Airflow 3; Airflow 2 has DAG in `airflow` and BashOperator in `airflow.operators.bash`.
"""Tacheles: after the quarter closes, and weekly for the running quarter."""

from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

COMMAND = "cd /srv/tacheles && python3 run.py report mycommunity --quarter "
SCHEDULES = {"last": "0 6 3 1,4,7,10 *", "running": "0 4 * * 1"}

for quarter, schedule in SCHEDULES.items():
    with DAG(
        f"tacheles_{quarter}",
        schedule=schedule,
        start_date=datetime(2026, 1, 1),
        catchup=False,
        max_active_runs=1,
    ) as dag:
        BashOperator(task_id="report", bash_command=COMMAND + quarter)
    globals()[dag.dag_id] = dag
