-- What automation is told of an event besides its payload, and no webhook: JSON; null when there is nothing.
alter table events add column aside text;
