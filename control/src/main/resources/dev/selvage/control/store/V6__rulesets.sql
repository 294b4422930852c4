-- Versions of rulesets before the current one.
create table ruleset_version (
    ruleset_id text not null references ruleset (id) on delete cascade,
    version integer not null,
    name text not null,
    description text not null,
    last_updated integer not null,
    -- JSON: the rules as the API answered them
    rules text not null,
    primary key (ruleset_id, version)
);

-- The form in which rules travel to the edges has changed: each zone goes to them once more.
update zone set version = version + 1;
insert into outbox (zone_id) select id from zone order by id;
