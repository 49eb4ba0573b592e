"""What it is for: measuring the engine: time per stage as ratios to a yardstick, recovery of known labels.
What feeds it: ../shared/data, where it is present.
What it feeds: the dated results beside this file.
"""

import os

# Before numpy is imported by the modules of this package: one thread, as the command runs.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_variable] = "1"
