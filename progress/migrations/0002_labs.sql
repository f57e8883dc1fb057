-- A lab that somebody worked at, and what has come of it so far: hints, whether it was solved.
CREATE TABLE labrun (
    lab  TEXT    NOT NULL,
    run  TEXT    NOT NULL,
    at   INTEGER NOT NULL, -- Unix milliseconds
    zone INTEGER NOT NULL,
    data TEXT    NOT NULL, -- JSON
    sum  INTEGER NOT NULL,
    UNIQUE (lab, run)
) STRICT;

-- What came from outside to such a lab, in order: it only grows. The lab's state can be made again from it.
-- Salvage takes an index of (text, integer, integer) for one of the log's; this one has four columns.
CREATE TABLE labentry (
    lab  TEXT    NOT NULL,
    run  TEXT    NOT NULL,
    n    INTEGER NOT NULL,
    at   INTEGER NOT NULL,
    zone INTEGER NOT NULL,
    data TEXT    NOT NULL, -- JSON
    sum  INTEGER NOT NULL,
    UNIQUE (lab, run, n)
) STRICT;
