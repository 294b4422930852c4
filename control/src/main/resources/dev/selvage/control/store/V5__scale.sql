-- Lists of zones are read by index, from any page on, at a million zones.

-- How many zones an account has, kept by the triggers below.
alter table account add column zones integer not null default 0;
update account set zones = (select count(*) from zone where account_id = account.id);

create index account_by_name on account (name collate nocase, id, zones);
create index account_by_id on account (id, zones);

-- Everything that a list's conditions look at, in the order of the list: rows are read for the page itself only.
create index zone_by_name on zone (name, account_id, type);
create index zone_by_account on zone (account_id, name, type);
create index zone_by_type on zone (type, name);

-- How many zones of a list have a name from this one on and before the name of the next run. The list '' has all zones;
-- each account has one, named by its id, and each type one, named by itself. The first run of a list begins with ''.
-- What comes before a name is then the sum of some hundred runs, not of a million zones.
create table zone_run (
    list text not null,
    name text not null,
    zones integer not null,
    primary key (list, name)
) without rowid;

insert into zone_run (list, name, zones)
    with listed (list, name) as (
        select '', name from zone union all select account_id, name from zone union all select type, name from zone
    )
    select list, case when run = 0 then '' else min(name) end, count(*)
    from (select list, name, (row_number() over (partition by list order by name) - 1) / 512 as run from listed)
    group by list, run;

create trigger zone_made after insert on zone begin
    insert into zone_run (list, name, zones) values ('', '', 0), (new.account_id, '', 0), (new.type, '', 0)
        on conflict do nothing;
    update zone_run set zones = zones + 1 where list = '' and name =
        (select max(name) from zone_run where list = '' and name <= new.name);
    update zone_run set zones = zones + 1 where list = new.account_id and name =
        (select max(name) from zone_run where list = new.account_id and name <= new.name);
    update zone_run set zones = zones + 1 where list = new.type and name =
        (select max(name) from zone_run where list = new.type and name <= new.name);
    update account set zones = zones + 1 where id = new.account_id;
end;

create trigger zone_gone after delete on zone begin
    update zone_run set zones = zones - 1 where list = '' and name =
        (select max(name) from zone_run where list = '' and name <= old.name);
    update zone_run set zones = zones - 1 where list = old.account_id and name =
        (select max(name) from zone_run where list = old.account_id and name <= old.name);
    update zone_run set zones = zones - 1 where list = old.type and name =
        (select max(name) from zone_run where list = old.type and name <= old.name);
    update account set zones = zones - 1 where id = old.account_id;
end;

create trigger zone_type_changed after update of type on zone when old.type <> new.type begin
    insert into zone_run (list, name, zones) values (new.type, '', 0) on conflict do nothing;
    update zone_run set zones = zones - 1 where list = old.type and name =
        (select max(name) from zone_run where list = old.type and name <= old.name);
    update zone_run set zones = zones + 1 where list = new.type and name =
        (select max(name) from zone_run where list = new.type and name <= new.name);
end;

create trigger zone_stays before update of name, account_id on zone
when old.name <> new.name or old.account_id <> new.account_id begin
    select raise(abort, 'the name and the account of a zone do not change');
end;

-- A run that has grown long becomes two.
create trigger zone_run_long after update of zones on zone_run when new.zones > 1024 begin
    insert into zone_run (list, name, zones)
        select '', name, new.zones - 512 from zone
        where new.list = '' and name >= new.name order by name limit 1 offset 512;
    insert into zone_run (list, name, zones)
        select account_id, name, new.zones - 512 from zone
        where account_id = new.list and name >= new.name order by name limit 1 offset 512;
    insert into zone_run (list, name, zones)
        select type, name, new.zones - 512 from zone
        where type = new.list and name >= new.name order by name limit 1 offset 512;
    update zone_run set zones = 512 where list = new.list and name = new.name;
end;

-- An empty run goes, but for the first.
create trigger zone_run_empty after update of zones on zone_run when new.zones = 0 and new.name <> '' begin
    delete from zone_run where list = new.list and name = new.name;
end;
