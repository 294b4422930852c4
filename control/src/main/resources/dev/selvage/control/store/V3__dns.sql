-- The fields of a type whose content follows from them, as JSON.
alter table dns_record add column data text;

-- Content and comment in lower case, for filters.
alter table dns_record add column content_key text not null default '';
alter table dns_record add column comment_key text;
update dns_record set content_key = lower(content), comment_key = lower(comment);

create table dns_record_tag (
    record_id text not null references dns_record (id) on delete cascade,
    position integer not null,
    zone_id text not null,
    tag text not null,
    -- In lower case, for filters.
    key text not null,
    primary key (record_id, position)
) without rowid;

insert into dns_record_tag (record_id, position, zone_id, tag, key)
    select r.id, t.key, r.zone_id, t.value, lower(t.value) from dns_record r, json_each(r.tags) t;
alter table dns_record drop column tags;

drop index dns_record_name;
create index dns_record_name on dns_record (zone_id, name, type, id);
create index dns_record_type on dns_record (zone_id, type, id);
create index dns_record_content on dns_record (zone_id, content_key);
create index dns_record_comment on dns_record (zone_id, comment_key) where comment_key is not null;
create index dns_record_tag_key on dns_record_tag (zone_id, key, record_id);
