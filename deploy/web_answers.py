"""Ask this container's web server whether it is well; exit 0 when it is, 1 when not.

The standard library only: it runs twice a minute, and loading Django each time would cost more than the pages.
"""

import http.client
import os
import sys

PATIENCE = 4  # seconds


def main() -> int:
    """Ask under a name the site answers to: under any other, Django refuses every page."""
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=PATIENCE)
    try:
        connection.request("GET", "/health/", headers={"Host": os.environ["ALLOWED_HOSTS"].split(",")[0]})
        return 0 if connection.getresponse().status == 200 else 1
    except OSError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
