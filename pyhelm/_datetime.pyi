from datetime import UTC as UTC
from datetime import datetime as datetime
from datetime import timedelta as timedelta
from datetime import timezone as timezone
