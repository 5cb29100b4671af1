/** All tables of the embedded database, a file per room. */
export * from './schema-call.ts';
export * from './schema-journal.ts';
export * from './schema-organisation.ts';
