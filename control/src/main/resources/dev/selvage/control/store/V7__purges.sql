-- Purges of the last days, and how far each PoP is with them.

create table purge (
    id text primary key,
    -- Of a zone that may be gone: what hangs on it goes little by little, not in the transaction that deletes it.
    zone_id text not null,
    sequence integer not null,
    accepted_at integer not null,
    soft integer not null,
    rewarm integer not null,
    -- JSON: the selection as it travels to the edges
    selection text not null,
    -- How many URLs, hosts, prefixes or tags it names, and the first of them as the API shows them (JSON).
    entries integer not null,
    shown text not null,
    -- JSON: the names of the PoPs that there were then
    pops text not null,
    actor_id text not null,
    actor_type text not null
);

create unique index purge_by_zone on purge (zone_id, sequence);
create index purge_by_age on purge (accepted_at);

create trigger purge_zone_gone after delete on zone begin
    update purge set accepted_at = 0 where zone_id = old.id;
end;

-- What the PoPs said, as it came: of all PoPs that said something in the same moment one row. What counts of several
-- is decided by who reads them.
create table purge_receipt (
    purge_id text not null references purge (id) on delete cascade,
    part integer not null,
    -- JSON: lists of pop, received, effective (0 while it is not), objects, bytes, millionths of the zone's objects
    -- that were looked at, reclaimed (0 while space is being given back)
    reports text not null,
    primary key (purge_id, part)
) without rowid;
