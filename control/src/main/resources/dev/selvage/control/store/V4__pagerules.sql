create table page_rule (
    id text primary key,
    zone_id text not null references zone (id) on delete cascade,
    priority integer not null,
    active integer not null,
    -- JSON, as the API takes and answers them
    targets text not null,
    actions text not null,
    created_on integer not null,
    modified_on integer not null
);

create index page_rule_zone on page_rule (zone_id, priority);
