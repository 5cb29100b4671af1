import type { OutgoingHttpHeaders } from 'node:http';
import { request } from 'node:http';

/** Asks for a WebSocket and gets a plain HTTP answer. @throws when the server upgrades after all. */
export function refusedUpgrade(
  server: { readonly port: number },
  path: string,
  headers: OutgoingHttpHeaders,
): Promise<{ readonly status: number | undefined; readonly code: unknown }> {
  return new Promise((resolve, reject) => {
    const asking = request({
      host: '127.0.0.1',
      port: server.port,
      path,
      headers: {
        connection: 'upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
        ...headers,
      },
    });
    asking.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode, code: JSON.parse(body).code }));
    });
    asking.on('upgrade', (_response, socket) => {
      socket.destroy();
      reject(new Error(`${path} was upgraded`));
    });
    asking.on('error', reject);
    asking.end();
  });
}
