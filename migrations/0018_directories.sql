-- Several directories. A person is who owns jobs and pays; an account is one entry of one directory, and one
-- person may have an account in each.
CREATE TABLE account (
    directory     TEXT   NOT NULL,
    directory_key TEXT   NOT NULL,
    person        TEXT   NOT NULL REFERENCES person (id),
    login         TEXT   NOT NULL,
    login_folded  TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    mail          TEXT,
    department    TEXT REFERENCES department (id),
    disabled      BIGINT NOT NULL,
    -- What makes accounts of different directories one person, as the directories' administrators agreed.
    link          TEXT,
    -- It joined a person who had jobs: its cards open only what came from then on, until the person confirms.
    guarded_from  BIGINT,
    PRIMARY KEY (directory, directory_key)
);
-- Within a directory a login belongs to one living account; it may come back after its holder has left.
CREATE UNIQUE INDEX account_login ON account (directory, login_folded) WHERE disabled = 0;
CREATE INDEX account_any_login ON account (login_folded, disabled, person, directory);
CREATE INDEX account_person ON account (person, directory, directory_key);
CREATE INDEX account_link ON account (link, directory) WHERE link IS NOT NULL;

CREATE TABLE account_group (
    directory     TEXT NOT NULL,
    directory_key TEXT NOT NULL,
    group_name    TEXT NOT NULL,
    PRIMARY KEY (directory, directory_key, group_name),
    FOREIGN KEY (directory, directory_key) REFERENCES account (directory, directory_key)
);

-- Which directories name a card. Each takes back its own word only.
CREATE TABLE card_origin (
    card      TEXT NOT NULL REFERENCES card (id) ON DELETE CASCADE,
    directory TEXT NOT NULL,
    PRIMARY KEY (card, directory)
);

-- How each directory is: when it was last copied, and why it is not followed.
CREATE TABLE directory_state (
    directory TEXT   NOT NULL PRIMARY KEY,
    copied_at BIGINT NOT NULL,
    brake     TEXT
);

INSERT INTO account (directory, directory_key, person, login, login_folded, name, mail, department, disabled)
    SELECT source, directory_key, id, login, login_folded, name, mail, department, disabled FROM person;
INSERT INTO account_group (directory, directory_key, group_name)
    SELECT p.source, p.directory_key, g.group_name FROM person_group g JOIN person p ON p.id = g.person;
INSERT INTO card_origin (card, directory)
    SELECT c.id, p.source FROM card c JOIN person p ON p.id = c.person WHERE c.source = 'directory';
INSERT INTO directory_state (directory, copied_at)
    SELECT source, MAX(seen_at) FROM person GROUP BY source;

-- Logins are unique within their directory only.
DROP INDEX person_login;
DROP INDEX person_login_any;
