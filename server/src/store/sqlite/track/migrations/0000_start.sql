CREATE TABLE `track_part` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`vehicle_key` integer NOT NULL,
	`hour` integer NOT NULL,
	`is_sealed` integer NOT NULL,
	`points` integer NOT NULL,
	`body` blob NOT NULL
);
--> statement-breakpoint
CREATE INDEX `track_part_by_vehicle` ON `track_part` (`vehicle_key`,`hour`);--> statement-breakpoint
CREATE INDEX `track_part_unsealed` ON `track_part` (`hour`) WHERE is_sealed = 0;--> statement-breakpoint
CREATE INDEX `track_part_by_hour` ON `track_part` (`hour`);--> statement-breakpoint
CREATE TABLE `track_vehicle` (
	`key` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`vehicle_id` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `track_vehicle_vehicleId_unique` ON `track_vehicle` (`vehicle_id`);