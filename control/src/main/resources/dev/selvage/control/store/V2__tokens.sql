-- Who may call, and what was changed by whom.

create table user (
    one integer primary key check (one = 1),
    id text not null,
    email text not null,
    first_name text,
    last_name text,
    telephone text,
    country text,
    zipcode text,
    created_on integer not null,
    modified_on integer not null
);

create table token (
    id text primary key,
    -- The account that owns it; null for a token of the user.
    account_id text references account (id) on delete cascade,
    name text not null,
    status text not null,
    -- JSON, as the API answers them.
    policies text not null,
    condition text,
    not_before integer,
    expires_on integer,
    issued_on integer not null,
    modified_on integer not null,
    last_used_on integer,
    -- The secret is not kept: its SHA-256 is, and the first bytes of that find the row.
    selector blob not null,
    hash blob not null
);

create index token_selector on token (selector);
create index token_account on token (account_id, name, id);

create table audit_log (
    sequence integer primary key autoincrement,
    id text not null,
    at integer not null,
    -- Null for what concerns no account.
    account_id text,
    zone_id text,
    actor_id text not null,
    actor_type text not null,
    actor_email text not null,
    address text not null,
    action text not null,
    resource_type text not null,
    resource_id text not null,
    -- JSON, as the API showed it; null for nothing.
    before text,
    after text
);

create index audit_log_account on audit_log (account_id, at, sequence);
create index audit_log_at on audit_log (at, sequence);

alter table account add column type text not null default 'standard';
create index account_name on account (name collate nocase, id);

-- The user's membership in the account has an identifier of its own.
alter table account add column membership_id text;
update account set membership_id = lower(hex(randomblob(16)));
create unique index account_membership on account (membership_id);
