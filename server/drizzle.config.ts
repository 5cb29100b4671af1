import { defineConfig } from 'drizzle-kit';

/** `pnpm --filter @faultline/server exec drizzle-kit generate` writes the next migration from the schema. */
export default defineConfig({
  dialect: 'sqlite',
  schema: './src/store/sqlite/schema*.ts',
  out: './src/store/sqlite/migrations',
  casing: 'snake_case',
});
