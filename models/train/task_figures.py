"""The figures every tabular model reports of its out-of-fold probabilities, beside its baseline on the same folds."""

from __future__ import annotations

import numpy as np

from .data import Table
from .judge import by_group, choose_thresholds, gain, operating_points, reliability, summary
from .prepare import cross_fit
from .spec import Task

GROUPINGS = {"site": "bySite", "sex": "bySex", "age": "byAge"}


def common_figures(task: Task, table: Table, p: np.ndarray, pairs: list) -> tuple[dict, dict]:
    """(metrics, baseline formula). `p` [N]: out-of-fold probabilities on the folds `pairs`."""
    x, y, groups = table.x, table.y, table.groups
    columns = list(task.baseline.columns)
    blank = task.baseline.blank(task.inputs)
    base = cross_fit(blank, x[:, columns], y, groups, pairs)["all"]
    metrics = {
        "crossValidated": summary(y, p, groups),
        "baseline": {"name": task.baseline.name, **summary(y, base, groups)},
        "overBaseline": gain(y, p, base, groups),
        "reliability": reliability(y, p),
        "thresholds": choose_thresholds(y, p, **task.levels),
        "operatingPoints": operating_points(y, p),
        **{key: by_group(y, p, table.about[name], groups) for name, key in GROUPINGS.items() if name in table.about},
    }
    return metrics, task.baseline.formula(blank.fit(x[:, columns], y, groups), task.inputs)
