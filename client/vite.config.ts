import react from '@vitejs/plugin-react';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

/** Every page is an entry of its own, so that a wall or a phone never loads the desk. `start` is the page at `/`. */
const PAGES = ['start', 'wall', 'desk', 'ticket', 'vehicle', 'crew', 'admin', 'late', 'phone'] as const;
type Page = (typeof PAGES)[number];

const SERVER = 'http://127.0.0.1:8080';
const SERVER_PATHS = ['/api', '/tiles'];
const SERVER_SOCKETS = ['/live', '/vehicle/ws', '/phone/ws'];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), pagePaths()],
  resolve: {
    alias: [
      // The drawing library's bundle keeps every one of its classes alive; its sources, which it ships, can be shaken.
      {
        find: /^protomaps-leaflet$/,
        replacement: `${import.meta.dirname}/node_modules/protomaps-leaflet/src/index.ts`,
      },
    ],
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    // Nothing is inlined as a data: address, so that the content policy needs no exception for one.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: entries(),
      // Only the drawing library's ready-made styles need this package; without them it is 56 kB for nothing.
      treeshake: { moduleSideEffects: [{ test: /@protomaps.basemaps/, sideEffects: false }] },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      ...Object.fromEntries(SERVER_PATHS.map((path) => [path, { target: SERVER }])),
      ...Object.fromEntries(SERVER_SOCKETS.map((path) => [path, { target: SERVER, ws: true }])),
    },
  },
});

function htmlOf(page: Page): string {
  return page === 'start' ? 'index.html' : `${page}.html`;
}

function entries(): Record<string, string> {
  return Object.fromEntries(PAGES.map((page) => [page, new URL(htmlOf(page), import.meta.url).pathname]));
}

/** Gives the development server the addresses that the real server has: `/wall`, `/ticket/17` and so on. */
function pagePaths(): Plugin {
  return {
    name: 'page-paths',
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const first = request.url?.split(/[/?]/)[1];
        const page = PAGES.find((candidate) => candidate === first);
        if (page && !request.headers.upgrade) request.url = `/${htmlOf(page)}`;
        next();
      });
    },
  };
}
