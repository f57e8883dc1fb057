-- The log: one line for every answer, taking back and fresh start. It only grows.
-- sum, here and below, is a checksum over the other columns: see sum.go. zone is in seconds east of Greenwich.
CREATE TABLE review (
    seq        INTEGER PRIMARY KEY, -- the order of arrival
    id         TEXT    NOT NULL,
    event      TEXT    NOT NULL,
    question   TEXT    NOT NULL,
    at         INTEGER NOT NULL,    -- Unix milliseconds
    zone       INTEGER NOT NULL,
    undoes     TEXT    NOT NULL,
    mode       TEXT    NOT NULL,
    session    TEXT    NOT NULL,
    rev        INTEGER NOT NULL,
    lang       TEXT    NOT NULL,
    seed       INTEGER NOT NULL,
    answer     TEXT    NOT NULL,    -- JSON
    verdict    INTEGER NOT NULL,
    score      REAL    NOT NULL,
    beliefs    TEXT    NOT NULL,    -- JSON
    rating     INTEGER NOT NULL,
    byhand     INTEGER NOT NULL,
    confidence INTEGER NOT NULL,
    hint       INTEGER NOT NULL,
    slow       INTEGER NOT NULL,
    elapsed    INTEGER NOT NULL,    -- milliseconds
    sum        INTEGER NOT NULL
) STRICT;
-- Salvage tells these indexes apart by the types of their columns: (text, integer), (text, integer, integer).
CREATE UNIQUE INDEX review_id ON review (id);
CREATE INDEX review_question ON review (question, at);
CREATE INDEX review_undoes ON review (undoes, question) WHERE undoes <> '';

-- How many lines the log has, so that a damaged file can say how many are gone.
CREATE TABLE tally (
    one   INTEGER PRIMARY KEY CHECK (one = 1),
    lines INTEGER NOT NULL,
    sum   INTEGER NOT NULL
) STRICT;

-- What the log says about each question; made from it.
CREATE TABLE card (
    question   TEXT    NOT NULL PRIMARY KEY,
    rev        INTEGER NOT NULL,
    state      INTEGER NOT NULL,
    due        INTEGER,
    stability  REAL    NOT NULL,
    difficulty REAL    NOT NULL,
    days       INTEGER NOT NULL,
    reps       INTEGER NOT NULL,
    lapses     INTEGER NOT NULL,
    steps      INTEGER NOT NULL,
    last       INTEGER,
    zone       INTEGER NOT NULL,
    last_day   INTEGER NOT NULL,
    last_id    TEXT    NOT NULL,
    lines      INTEGER NOT NULL,    -- of the log, which the card is made of
    tail_at    INTEGER NOT NULL,    -- the last of these lines, in the order of quiz.Before
    tail_id    TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- What statistics need of each line, in order, some to a row: see facts.go; made from the log.
CREATE TABLE fact (
    question TEXT    NOT NULL,
    part     INTEGER NOT NULL,
    data     BLOB    NOT NULL,
    PRIMARY KEY (question, part)
) STRICT, WITHOUT ROWID;

-- Where the learner was last in each lesson.
CREATE TABLE place (
    lesson  TEXT    NOT NULL,
    section TEXT    NOT NULL,
    part    INTEGER NOT NULL,
    lang    TEXT    NOT NULL,
    at      INTEGER NOT NULL,
    zone    INTEGER NOT NULL,
    sum     INTEGER NOT NULL,
    UNIQUE (lesson)
) STRICT;

-- Which screens were read, and when first.
CREATE TABLE seen (
    lesson  TEXT    NOT NULL,
    section TEXT    NOT NULL,
    part    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    zone    INTEGER NOT NULL,
    sum     INTEGER NOT NULL,
    UNIQUE (lesson, section, part)
) STRICT;

-- A bookmark that was removed stays as a row with gone = 1, so that an import does not bring it back.
CREATE TABLE bookmark (
    lesson  TEXT    NOT NULL,
    section TEXT    NOT NULL,
    part    INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    zone    INTEGER NOT NULL,
    note    TEXT    NOT NULL,
    gone    INTEGER NOT NULL,
    sum     INTEGER NOT NULL,
    UNIQUE (lesson, section, part)
) STRICT;

-- What the learner wrote about a question; an empty text is no note.
CREATE TABLE note (
    question TEXT    NOT NULL,
    at       INTEGER NOT NULL,
    zone     INTEGER NOT NULL,
    text     TEXT    NOT NULL,
    sum      INTEGER NOT NULL,
    UNIQUE (question)
) STRICT;

-- An empty value is no setting.
CREATE TABLE setting (
    key   TEXT    NOT NULL,
    at    INTEGER NOT NULL,
    zone  INTEGER NOT NULL,
    value TEXT    NOT NULL,
    sum   INTEGER NOT NULL,
    UNIQUE (key)
) STRICT;

-- Results of sessions.
CREATE TABLE report (
    schema TEXT    NOT NULL,
    id     TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    zone   INTEGER NOT NULL,
    data   TEXT    NOT NULL, -- JSON
    sum    INTEGER NOT NULL,
    UNIQUE (schema, id)
) STRICT;

-- What other versions of the program need to know of this file: 'version' is the program that opened it last for
-- writing, 'format' the number of migrations.
CREATE TABLE about (
    key   TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
