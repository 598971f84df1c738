create table ingestion.intake_counts (
  outcome    text        not null check (outcome in ('in', 'accepted', 'rejected', 'duplicate', 'lines')),
  reason     text        not null default '',
  event_type text        not null default '',
  events     bigint      not null check (events >= 0),
  written_at timestamptz not null,
  primary key (outcome, reason, event_type)
);
comment on table ingestion.intake_counts is
  'How many raw events the running ingestion job has seen, by what became of them. Absolute totals from checkpointed state.';
comment on column ingestion.intake_counts.outcome is
  'in: raw events read, counted at the source; accepted, rejected, duplicate: what became of them, counted where it happened; lines: shop events sent, one or more per accepted raw event';
comment on column ingestion.intake_counts.reason is 'rejection reason; empty unless outcome is rejected';
comment on column ingestion.intake_counts.event_type is 'event type; empty unless outcome is accepted or lines';
comment on column ingestion.intake_counts.events is 'number of raw events (shop events where outcome is lines) so far';
comment on column ingestion.intake_counts.written_at is 'wall clock of the ingestion job when it wrote the row';

create view ingestion.intake as
select
  totals.*,
  totals.events_in - totals.accepted - totals.rejected - totals.duplicate as unaccounted,
  totals.events_in = totals.accepted + totals.rejected + totals.duplicate as balanced
from (
  select
    coalesce(sum(events) filter (where outcome = 'in'), 0)::bigint        as events_in,
    coalesce(sum(events) filter (where outcome = 'accepted'), 0)::bigint  as accepted,
    coalesce(sum(events) filter (where outcome = 'rejected'), 0)::bigint  as rejected,
    coalesce(sum(events) filter (where outcome = 'duplicate'), 0)::bigint as duplicate,
    coalesce(sum(events) filter (where outcome = 'lines'), 0)::bigint     as lines,
    max(written_at)                                                       as written_at
  from ingestion.intake_counts
) totals;
comment on view ingestion.intake is
  'One row: totals of all raw events and the conservation law in = accepted + rejected + duplicate. While events are on their way the two sides may differ for a fraction of a second; at rest they must not.';
comment on column ingestion.intake.events_in is 'raw events read, counted at the source';
comment on column ingestion.intake.accepted is 'raw events that were valid and new';
comment on column ingestion.intake.rejected is 'raw events that were refused';
comment on column ingestion.intake.duplicate is 'raw events whose id had been accepted before';
comment on column ingestion.intake.lines is 'shop events sent on, one or more per accepted raw event';
comment on column ingestion.intake.written_at is 'wall clock of the newest count';
comment on column ingestion.intake.unaccounted is 'events_in less all outcomes: 0 at rest';
comment on column ingestion.intake.balanced is 'whether unaccounted is 0';

create view ingestion.rejections as
select reason, events, written_at
from ingestion.intake_counts
where outcome = 'rejected' and events > 0
order by events desc, reason;
comment on view ingestion.rejections is 'Refused raw events by reason, most frequent first.';
comment on column ingestion.rejections.reason is 'rejection reason, see EVENTS.md';
comment on column ingestion.rejections.events is 'raw events refused for it';
comment on column ingestion.rejections.written_at is 'wall clock of the ingestion job when it wrote the row';
