-- Times are microseconds since 1970 in UTC. Identifiers are 32 lower-case hexadecimal digits. Booleans are 0 and 1.

create table account (
    id text primary key,
    name text not null,
    created_on integer not null
);

create table admin_token (
    one integer primary key check (one = 1),
    id text not null
);

create table zone (
    id text primary key,
    account_id text not null references account (id),
    name text not null unique,
    type text not null,
    paused integer not null,
    catch_all integer not null,
    default_caching text not null,
    -- Grows with each change that the edges must learn of.
    version integer not null,
    purge_sequence integer not null,
    -- Seconds since 1970; 0 when it never was on.
    development_mode_until integer not null,
    created_on integer not null,
    modified_on integer not null
);

create unique index zone_one_catch_all on zone (catch_all) where catch_all = 1;

create table zone_setting (
    zone_id text not null references zone (id) on delete cascade,
    name text not null,
    -- JSON
    value text not null,
    modified_on integer not null,
    primary key (zone_id, name)
);

create table dns_record (
    id text primary key,
    zone_id text not null references zone (id) on delete cascade,
    name text not null,
    type text not null,
    content text not null,
    proxied integer not null,
    ttl integer not null,
    priority integer,
    comment text,
    -- JSON
    tags text not null,
    settings text not null,
    created_on integer not null,
    modified_on integer not null,
    comment_modified_on integer,
    tags_modified_on integer
);

create index dns_record_name on dns_record (zone_id, name);

create table ruleset (
    id text primary key,
    zone_id text not null references zone (id) on delete cascade,
    phase text not null,
    name text not null,
    description text not null,
    version integer not null,
    last_updated integer not null,
    -- JSON: the rules as the API answers them
    rules text not null,
    unique (zone_id, phase)
);

-- What the change log does not have yet. A row without a command says that the zone changed or is gone.
create table outbox (
    id integer primary key autoincrement,
    zone_id text not null,
    command blob
);
