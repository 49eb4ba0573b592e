"""What it is for: `python -m fabrique.cli`, the same command where the script is not on the path.
What feeds it: the command line.
What it feeds: fabrique.cli.main.
"""

import sys

from fabrique.cli import main

sys.exit(main())
