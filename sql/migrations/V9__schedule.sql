-- The schedule that all daemons on this database share. The tables qrtz_* are Quartz's own (2.5, for its PostgreSQL dialect):
-- names, columns and keys are what its statements ask for; times are milliseconds since 1970.

CREATE TABLE qrtz_job_details (
  sched_name        text NOT NULL,
  job_name          text NOT NULL,
  job_group         text NOT NULL,
  description       text,
  job_class_name    text NOT NULL,
  is_durable        boolean NOT NULL,
  is_nonconcurrent  boolean NOT NULL,
  is_update_data    boolean NOT NULL,
  requests_recovery boolean NOT NULL,
  job_data          bytea,
  PRIMARY KEY (sched_name, job_name, job_group)
);

CREATE TABLE qrtz_triggers (
  sched_name     text NOT NULL,
  trigger_name   text NOT NULL,
  trigger_group  text NOT NULL,
  job_name       text NOT NULL,
  job_group      text NOT NULL,
  description    text,
  next_fire_time int8,
  prev_fire_time int8,
  priority       int4,
  trigger_state  text NOT NULL,
  trigger_type   text NOT NULL,
  start_time     int8 NOT NULL,
  end_time       int8,
  calendar_name  text,
  misfire_instr  int2,
  job_data       bytea,
  PRIMARY KEY (sched_name, trigger_name, trigger_group),
  FOREIGN KEY (sched_name, job_name, job_group) REFERENCES qrtz_job_details
);

-- What a trigger has beyond the above, by its kind. Only cron triggers are used here; Quartz looks into all of them.
CREATE TABLE qrtz_cron_triggers (
  sched_name      text NOT NULL,
  trigger_name    text NOT NULL,
  trigger_group   text NOT NULL,
  cron_expression text NOT NULL,
  time_zone_id    text,
  PRIMARY KEY (sched_name, trigger_name, trigger_group),
  FOREIGN KEY (sched_name, trigger_name, trigger_group) REFERENCES qrtz_triggers
);

CREATE TABLE qrtz_simple_triggers (
  sched_name      text NOT NULL,
  trigger_name    text NOT NULL,
  trigger_group   text NOT NULL,
  repeat_count    int8 NOT NULL,
  repeat_interval int8 NOT NULL,
  times_triggered int8 NOT NULL,
  PRIMARY KEY (sched_name, trigger_name, trigger_group),
  FOREIGN KEY (sched_name, trigger_name, trigger_group) REFERENCES qrtz_triggers
);

CREATE TABLE qrtz_simprop_triggers (
  sched_name    text NOT NULL,
  trigger_name  text NOT NULL,
  trigger_group text NOT NULL,
  str_prop_1    text,
  str_prop_2    text,
  str_prop_3    text,
  int_prop_1    int4,
  int_prop_2    int4,
  long_prop_1   int8,
  long_prop_2   int8,
  dec_prop_1    numeric(13, 4),
  dec_prop_2    numeric(13, 4),
  bool_prop_1   boolean,
  bool_prop_2   boolean,
  PRIMARY KEY (sched_name, trigger_name, trigger_group),
  FOREIGN KEY (sched_name, trigger_name, trigger_group) REFERENCES qrtz_triggers
);

CREATE TABLE qrtz_blob_triggers (
  sched_name    text NOT NULL,
  trigger_name  text NOT NULL,
  trigger_group text NOT NULL,
  blob_data     bytea,
  PRIMARY KEY (sched_name, trigger_name, trigger_group),
  FOREIGN KEY (sched_name, trigger_name, trigger_group) REFERENCES qrtz_triggers
);

CREATE TABLE qrtz_calendars (
  sched_name    text NOT NULL,
  calendar_name text NOT NULL,
  calendar      bytea NOT NULL,
  PRIMARY KEY (sched_name, calendar_name)
);

CREATE TABLE qrtz_paused_trigger_grps (
  sched_name    text NOT NULL,
  trigger_group text NOT NULL,
  PRIMARY KEY (sched_name, trigger_group)
);

CREATE TABLE qrtz_fired_triggers (
  sched_name        text NOT NULL,
  entry_id          text NOT NULL,
  trigger_name      text NOT NULL,
  trigger_group     text NOT NULL,
  instance_name     text NOT NULL,
  fired_time        int8 NOT NULL,
  sched_time        int8 NOT NULL,
  priority          int4 NOT NULL,
  state             text NOT NULL,
  job_name          text,
  job_group         text,
  is_nonconcurrent  boolean,
  requests_recovery boolean,
  PRIMARY KEY (sched_name, entry_id)
);

CREATE TABLE qrtz_scheduler_state (
  sched_name        text NOT NULL,
  instance_name     text NOT NULL,
  last_checkin_time int8 NOT NULL,
  checkin_interval  int8 NOT NULL,
  PRIMARY KEY (sched_name, instance_name)
);

CREATE TABLE qrtz_locks (
  sched_name text NOT NULL,
  lock_name  text NOT NULL,
  PRIMARY KEY (sched_name, lock_name)
);

-- Which slot of a source which daemon has taken. Quartz may fire a slot twice after a daemon has died; this row is there once.
CREATE TABLE schedule_slot (
  source   text NOT NULL,
  slot     timestamptz NOT NULL,                   -- an instant of the source's cron expression
  daemon   text NOT NULL,
  fired_at timestamptz NOT NULL,
  missed   boolean NOT NULL,                       -- it came too late, or had been made up for: nothing was pulled for it
  PRIMARY KEY (source, slot)
);

-- The daemons that work on this database; whoever has not been seen for a while is dead.
CREATE TABLE daemon (
  name       text PRIMARY KEY,
  started_at timestamptz NOT NULL,
  seen_at    timestamptz NOT NULL
);
