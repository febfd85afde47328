"""Names and dtypes of every table that packages exchange, spelled once."""

import polars as pl

USER = "user_id"
ITEM = "item_id"
EVENT = "event_type"
TIME = "timestamp"
SESSION = "session_id"
ORDER = "order"
SOURCE = "source"
VALUE = "value"

TIME_DTYPE = pl.Datetime("us", "UTC")

# The event log. ORDER and VALUE are there only where the file has them; further columns are attributes (any dtype).
LOG_REQUIRED = {USER: pl.String, ITEM: pl.String, EVENT: pl.String, TIME: TIME_DTYPE, SESSION: pl.String}
LOG_OPTIONAL = {ORDER: pl.Int64, VALUE: pl.Float64, SOURCE: pl.String}

TITLE = "title"
CATEGORY = "category"
TAGS = "tags"
DESCRIPTION = "description"
PRICE = "price"

# The item catalogue: one row an item. TAGS is one string, separated by "|". Further columns are attributes.
CATALOG_REQUIRED = {ITEM: pl.String, TITLE: pl.String}
CATALOG_OPTIONAL = {CATEGORY: pl.String, TAGS: pl.String, DESCRIPTION: pl.String, PRICE: pl.Float64}

# A rejected row of an import; of several files also which.
FILE = "file"
LINE = "line"
REASON = "reason"
RAW = "raw"
REJECTED = {LINE: pl.Int64, REASON: pl.String, RAW: pl.String}

# Counted transitions, step flow, funnel, paths.
FROM = "from"
TO = "to"
COUNT = "count"
STEP = "step"
SHARE = "share"
MEDIAN_SECONDS = "median_seconds"
P90_SECONDS = "p90_seconds"
RATE_OF_START = "rate_of_start"
RATE_OF_PREVIOUS = "rate_of_previous"
EVENTS = "events"

# Mined patterns.
ITEMS = "items"
SUPPORT_COUNT = "support_count"
SUPPORT = "support"

# Recommendations and metrics.
SCORE = "score"
RANK = "rank"
IS_NEW = "is_new"
TARGET = "target"
N_HISTORY = "n_history"
N_TRAINED = "n_trained"  # events of the history that the model may have learnt from
HAD_BY = "had_by"  # users who had the target in training
CONFIDENCE = "confidence"
SETTLED = "settled"
