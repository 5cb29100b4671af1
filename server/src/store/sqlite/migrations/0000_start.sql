CREATE TABLE `call` (
	`id` text PRIMARY KEY NOT NULL,
	`district` text NOT NULL,
	`purpose` text NOT NULL,
	`contact_id` text NOT NULL,
	`contact_role` text NOT NULL,
	`contact_name` text NOT NULL,
	`number` text NOT NULL,
	`found_by` text,
	`department_id` text NOT NULL,
	`language` text NOT NULL,
	`phone` text NOT NULL,
	`line` text NOT NULL,
	`idempotency_key` text NOT NULL,
	`hops` text NOT NULL,
	`opening` text NOT NULL,
	`placed_at` integer NOT NULL,
	`ring_until` integer NOT NULL,
	`talk_until` integer NOT NULL,
	`provider_id` text,
	`ringing_at` integer,
	`answered_at` integer,
	`ended_at` integer,
	`outcome` text,
	`pressed` text,
	`code` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `call_of_number` ON `call` (`phone`) WHERE ended_at is null and line <> 'manual';--> statement-breakpoint
CREATE UNIQUE INDEX `call_of_attempts` ON `call` (`idempotency_key`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `call_live` ON `call` (`placed_at`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `call_by_number` ON `call` (`phone`,`placed_at`);--> statement-breakpoint
CREATE INDEX `call_by_district` ON `call` (`district`,`placed_at`);--> statement-breakpoint
CREATE INDEX `call_by_contact` ON `call` (`district`,`contact_id`,`ended_at`);--> statement-breakpoint
CREATE TABLE `caller` (
	`id` text PRIMARY KEY NOT NULL,
	`sealed` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `caller_key` (
	`caller_id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `command` (
	`id` text PRIMARY KEY NOT NULL,
	`fingerprint` text NOT NULL,
	`answer` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `journal` (
	`district` text NOT NULL,
	`seq` integer NOT NULL,
	`ticket_id` text,
	`ticket_version` integer,
	`recorded_at` integer NOT NULL,
	`body` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`district`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `journal_by_ticket` ON `journal` (`ticket_id`,`ticket_version`);--> statement-breakpoint
CREATE TABLE `journal_head` (
	`district` text PRIMARY KEY NOT NULL,
	`seq` integer NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `numbering` (
	`district` text NOT NULL,
	`day` text NOT NULL,
	`last` integer NOT NULL,
	PRIMARY KEY(`district`, `day`)
);
--> statement-breakpoint
CREATE TABLE `ticket` (
	`id` text PRIMARY KEY NOT NULL,
	`district` text NOT NULL,
	`number` text NOT NULL,
	`street` text NOT NULL,
	`version` integer NOT NULL,
	`is_unsettled` integer NOT NULL,
	`called_at` integer NOT NULL,
	`due_at` integer,
	`state` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `ticket_open` ON `ticket` (`district`,`is_unsettled`,`called_at`);--> statement-breakpoint
CREATE INDEX `ticket_due` ON `ticket` (`due_at`);--> statement-breakpoint
CREATE TABLE `audit_entry` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`district` text NOT NULL,
	`at` integer NOT NULL,
	`actor_id` text NOT NULL,
	`act` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `contact` (
	`id` text PRIMARY KEY NOT NULL,
	`department_id` text NOT NULL,
	`role` text NOT NULL,
	`vehicle_id` text,
	`name` text NOT NULL,
	`phone` text NOT NULL,
	`language` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `contact_by_department` ON `contact` (`department_id`);--> statement-breakpoint
CREATE TABLE `department` (
	`id` text PRIMARY KEY NOT NULL,
	`district` text NOT NULL,
	`kind` text NOT NULL,
	`name_zh` text NOT NULL,
	`name_en` text NOT NULL,
	`crew_kind` text,
	`centre_id` text,
	`site` text NOT NULL,
	`areas` text NOT NULL,
	`is_active` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `device_token` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`revoked_at` integer
);
--> statement-breakpoint
CREATE INDEX `device_token_by_subject` ON `device_token` (`subject_id`);--> statement-breakpoint
CREATE TABLE `district` (
	`id` text PRIMARY KEY NOT NULL,
	`name_zh` text NOT NULL,
	`name_en` text NOT NULL,
	`time_zone` text NOT NULL,
	`bounds` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `enrolment_code` (
	`code_hash` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`subject_id` text NOT NULL,
	`expires_at` integer NOT NULL,
	`used_at` integer
);
--> statement-breakpoint
CREATE TABLE `policy` (
	`district` text NOT NULL,
	`version` integer NOT NULL,
	`valid_from` integer NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `policy_version` ON `policy` (`district`,`version`);--> statement-breakpoint
CREATE TABLE `pronunciation` (
	`id` text PRIMARY KEY NOT NULL,
	`district` text NOT NULL,
	`language` text NOT NULL,
	`written` text NOT NULL,
	`spoken` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `pronunciation_of_word` ON `pronunciation` (`district`,`language`,`written`);--> statement-breakpoint
CREATE TABLE `roster_entry` (
	`id` text PRIMARY KEY NOT NULL,
	`department_id` text NOT NULL,
	`role` text NOT NULL,
	`kind` text NOT NULL,
	`body` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `roster_entry_by_department` ON `roster_entry` (`department_id`);--> statement-breakpoint
CREATE TABLE `session` (
	`token_hash` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	`seen_at` integer NOT NULL,
	`ended_at` integer
);
--> statement-breakpoint
CREATE INDEX `session_by_user` ON `session` (`user_id`);--> statement-breakpoint
CREATE TABLE `setting` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `sign_in_failure` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`key` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `sign_in_failure_by_key` ON `sign_in_failure` (`key`,`at`);--> statement-breakpoint
CREATE TABLE `trade` (
	`id` text PRIMARY KEY NOT NULL,
	`district` text NOT NULL,
	`name_zh` text NOT NULL,
	`name_en` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `user_account` (
	`id` text PRIMARY KEY NOT NULL,
	`district` text NOT NULL,
	`login` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`department_id` text,
	`is_active` integer NOT NULL,
	`password_hash` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `user_login` ON `user_account` (`login`);--> statement-breakpoint
CREATE TABLE `vehicle` (
	`id` text PRIMARY KEY NOT NULL,
	`district` text NOT NULL,
	`index` integer NOT NULL,
	`crew_id` text NOT NULL,
	`call_sign` text NOT NULL,
	`plate` text NOT NULL,
	`trade_ids` text NOT NULL,
	`duty` text NOT NULL,
	`is_active` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `vehicle_index` ON `vehicle` (`district`,`index`);--> statement-breakpoint
CREATE TABLE `wall` (
	`id` text PRIMARY KEY NOT NULL,
	`district` text NOT NULL,
	`name` text NOT NULL,
	`paired_at` integer,
	`is_revoked` integer NOT NULL
);
