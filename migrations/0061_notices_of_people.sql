-- Notices reach people by e-mail, by SMS, or inside the app, where they are unread until they are read.
alter table notices add column channel text not null default 'email';
alter table notices add column location_id text;
alter table notices add column user_id text;
create index notices_of_user on notices (user_id, made_at, id);
